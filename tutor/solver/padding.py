"""The inverse problem of a convolution: which padding keeps the size of the input."""

from __future__ import annotations

import re
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.fields import Statement
from tutor.solver.inputs import Inputs, assume, assumptions, number
from tutor.solver.registry import Family

_KIND = "same_padding"
_KEEP = (
    r"mant(?:er|enha|em|eria|endo|iver)|conserv\w+|preserv\w+|mesm[oa] (?:tamanho|lado|dimensao|"
    r"dimensoes|resolucao)|nao (?:mud|alter|diminu|reduz|encolh)\w+|keep\w*|same|"
    r"(?:tamanho|saida) igual (?:a|ao)"
)
_WANTED = (
    r"(?:qual|que|quanto|quantos|what|which)(?: \w+){0,6}? (?:padding|preenchimento|pad|zeros|"
    r"bordas?)|"
    r"(?:padding|pad|p|preenchimento) ?[=:]? ?\?|(?:calcul\w+|ach[ea]\w*|"
    r"determin\w+) o (?:padding|preenchimento)"
)
_KERNEL = re.compile(r"\b(\d{1,3})\s*[x×]\s*\1\b")


def _match(statement: Statement) -> float:
    asks = re.search(rf"(?<!\w)(?:{_WANTED})", statement.folded) and statement.has(_KEEP)
    return 0.96 if asks and statement.has(r"kernel|filtro|conv\w*") and statement.values else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = dict(inputs)
    kernel = statement.count("kernel", "kernel size", "filtro", "filtros", "nucleo", "k", high=999)
    sides = [int(m.group(1)) for m in _KERNEL.finditer(statement.folded)]
    if kernel is None and sides:
        kernel = min(sides)
    if kernel is not None:
        inputs["kernel"] = kernel
    dilation = statement.count("dilatacao", "dilation", high=999)
    if dilation is not None:
        inputs["dilation"] = dilation
    stride = statement.count("stride", "passo", high=999)
    if stride is not None:
        inputs["stride"] = stride
    if previous is not None and inputs == before:
        return None
    if "kernel" not in inputs:
        raise MissingData(
            "Qual é o tamanho do kernel? Escreva, por exemplo, kernel 3.", Problem(_KIND, inputs)
        )
    if number(inputs.get("stride"), 1) != 1:
        raise SolverError(
            "Com stride maior que 1 a saída encolhe para cerca de 1/stride da entrada: nenhum "
            "padding usual mantém o tamanho. O padding que mantém o tamanho vale para stride 1."
        )
    if "stride" not in inputs:
        assume(inputs, "Considerei stride 1.")
    return inputs


def _solve(inputs: Inputs) -> Solution:
    kernel, dilation = int(number(inputs["kernel"])), int(number(inputs.get("dilation"), 1))
    total = dilation * (kernel - 1)
    even = total % 2 == 0
    value: Json = total // 2 if even else [total // 2, total - total // 2]
    size = 100 * kernel * dilation
    result = (
        f"Padding {total // 2} de cada lado."
        if even
        else f"Nenhum padding igual dos dois lados serve: o total é {total}, ou seja, "
        f"{total // 2} de um lado e {total - total // 2} do outro."
    )
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Padding que mantém o tamanho",
        result=result,
        value=value,
        steps=(
            Step("Condição", r"Com stride 1, $o = n + 2p - d(k-1)$; queremos $o = n$"),
            Step(
                "Padding",
                rf"$2p = d(k-1) = {dilation} \cdot ({kernel} - 1) = {total}$"
                + (rf", logo $p = {total // 2}$" if even else ", que é ímpar"),
            ),
        ),
        checks=(
            Check(
                "Posições do kernel",
                len(range(0, size + total - (dilation * (kernel - 1) + 1) + 1)) == size,
                f"uma entrada de {size} dá uma saída de {size}",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(
            inputs,
            value,
            [(total, "se esquece de dividir por 2"), (kernel // 2 + 1, "se soma 1 a k/2")],
        ),
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    kernel = random.choice([3, 5, 7, 9, 11])
    return (
        f"Qual padding mantém o tamanho da entrada com kernel {kernel} e stride 1?",
        {"kernel": kernel, "stride": 1, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Padding que mantém o tamanho", "cnn_resnet", "1",
        _match, _parse, _solve, _exercise,
    ),
)  # fmt: skip
