"""The size of a BPE vocabulary: initial symbols + merges (+ special tokens), in any direction."""

from __future__ import annotations

import re
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.fields import Statement
from tutor.solver.inputs import Inputs, assume, assumptions, number
from tutor.solver.merges import read_merges
from tutor.solver.registry import Family
from tutor.solver.segmentation import BPE

_KIND = "bpe_vocabulary"
_N = r"(?<![\w.,-])(\d{1,3}(?:[. ]\d{3})+|\d{1,9})(?![.,]?\d| \d{3}\b)(?: ?(mil|k)\b)?"
_MERGES = (
    r"(?:merges?|fusoes|fusao|mesclas|mesclagens|juncoes|unioes|iteracoes|regras|"
    r"operacoes de merge)"
)
_BASE = (
    r"(?:caracteres|simbolos|letras|bytes|tokens)(?: (?:base|basicos|iniciais|distint[oa]s|"
    r"unic[oa]s|"
    r"diferentes|de partida|individuais))*"
)
_READERS = {
    "special": (rf"{_N}\s+(?:tokens|simbolos) especiais", rf"(?:tokens|"
        rf"simbolos) especiais\s*(?:=|:|sao)\s*{_N}"),
    "merges": (
        rf"{_N}\s+(?:\w+ )?{_MERGES}",
        rf"{_MERGES}\s*(?:=|:|igual a|sao|foram|\()\s*{_N}",
    ),
    "size": (
        rf"vocab(?:ulario)? (?!inicial|base|basico)(?:final |total |"
        rf"resultante )?(?:\w+ ){{0,2}}?(?:de|com|tem|tenha|ter|chegar a|atinja|"
        rf"atingir|tamanho|=|:|ficou com|terminou com)\s*(?:tamanho )?(?:exatamente |igual a |"
        rf"de )?{_N}"
        r"(?! (?:\w+ )?(?:merges?|fusoes|caracteres|bytes|letras|simbolos (?:base|inic)))",
        rf"{_N}\s+(?:tokens|entradas|simbolos|itens) (?:no vocabulario|ao todo|no total|"
        rf"no final|ao final)",
        rf"(?:chegar|chega|ate|total de|atingir|parar em|terminar com|termina com) (?:a |"
        rf"em )?{_N}\s*"
        r"(?:tokens|entradas|simbolos|itens)?(?! (?:merges|fusoes|caracteres|bytes))",
    ),
    "base": (
        rf"{_N}\s+{_BASE}",
        rf"(?:alfabeto|vocabulario (?:inicial|base|basico))\s*(?:\w+ ){{0,2}}?(?:de|com|tem|=|"
        rf":)\s*{_N}",
        rf"(?:comec\w+|inici\w+|part\w+) (?:com|de) (?:\w+ ){{0,2}}?{_N}",
    ),
}  # fmt: skip
_ASKED = {
    "merges": rf"\bquant[oa]s (?:\w+ ){{0,3}}?{_MERGES}|\bnumero de {_MERGES}",
    "base": r"\bquant[oa]s (?:\w+ ){0,2}?(?:caracteres|simbolos (?:iniciais|base)|letras|bytes)|"
    r"\btamanho do (?:alfabeto|vocabulario inicial)",
    "size": r"\b(?:tamanho|cardinalidade|dimensao)\b[^.;?]{0,30}vocab(?:ulario)?|"
    r"\bquant[oa]s (?:tokens|simbolos|entradas|itens|elementos)\b|"
    r"vocabulario\b[^.;?]{0,40}\bquant[oa]s",
}


def _match(statement: Statement) -> float:
    if not statement.has(BPE) or not statement.has(r"vocabularios?|vocab"):
        return 0.0
    found = _read(statement)
    if len(set(found) - {"special"}) < 2 - statement.has(r"bytes?|byte-level"):
        return 0.0
    if _asked(statement, found) is None or read_merges(statement)[0]:
        return 0.0
    return 0.98


def _read(statement: Statement) -> dict[str, int]:
    """The quantities of the text by their role; each number has one."""
    text = statement.folded
    found: dict[str, int] = {}
    for role, patterns in _READERS.items():
        for pattern in patterns:
            match = re.search(pattern, text)
            if match is not None:
                digits = int(re.sub(r"[. ]", "", match[1]))
                found[role] = digits * (1000 if match[2] else 1)
                start, end = match.span(1)
                text = text[:start] + "§" * (end - start) + text[end:]
                break
    return found


def _asked(statement: Statement, found: dict[str, int]) -> str | None:
    for name, pattern in _ASKED.items():
        if name not in found and re.search(pattern, statement.folded):
            return name
    return None


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    found = _read(statement)
    if not found:
        return None
    asked = _asked(statement, found) or inputs.get("asked")
    inputs.update(found)
    if isinstance(asked, str):
        inputs["asked"] = asked
        inputs.pop(asked, None)
    if "base" not in inputs and asked != "base" and statement.has(r"bytes?|byte-level"):
        inputs["base"] = 256
        assume(inputs, "No BPE de bytes os símbolos iniciais são os 256 bytes.")
    # "1 200 merges" is scanned as two numbers
    inputs["read"] = [
        part for m in re.findall(r"\d[\d. ]*", statement.folded) for part in m.split()
    ]
    needed = {"base", "merges", "size"} - {str(inputs.get("asked"))}
    missing = [name for name in sorted(needed) if name not in inputs]
    if missing:
        names = {"base": "símbolos iniciais", "merges": "merges", "size": "tokens do vocabulário"}
        raise MissingData(
            f"Falta o número de {names[missing[0]]}. Por exemplo: 256 símbolos iniciais e 1000 "
            f"merges.",
            Problem(_KIND, inputs),
        )
    return inputs


def _solve(inputs: Inputs) -> Solution:
    asked = str(inputs.get("asked"))
    base, merges, size = (int(number(inputs.get(key))) for key in ("base", "merges", "size"))
    special = int(number(inputs.get("special")))
    added = f" + {special}" if special else ""
    taken = f" - {special}" if special else ""
    if asked == "merges":
        value, line = size - base - special, rf"{size} - {base}{taken}"
    elif asked == "base":
        value, line = size - merges - special, rf"{size} - {merges}{taken}"
    else:
        value, line = base + merges + special, rf"{base} + {merges}{added}"
    if value < 0:
        raise SolverError(
            f"O vocabulário de {size} tokens é menor do que os símbolos que já tem. Confira os "
            f"números."
        )
    names = {"merges": "merges", "base": "símbolos iniciais"}
    total = {"size": value}.get(asked, size)
    parts = {"merges": base, "base": merges}.get(asked, merges)
    second = total - parts - special == (base if asked == "size" else value)
    return Solution(
        problem=Problem(_KIND, dict(inputs)),
        title="Tamanho do vocabulário do BPE",
        result=f"**{value}** {names.get(asked, 'tokens no vocabulário')}.",
        value=value,
        steps=(
            Step(
                "Cada merge cria um símbolo",
                r"O vocabulário tem os símbolos iniciais, um símbolo novo por merge e, se houver, "
                r"os tokens especiais: $|V| = |V_0| + k + e$.",
            ),
            Step("Conta", f"${line} = {value}$"),
        ),
        checks=(Check("A soma das partes dá o vocabulário", second, f"{total} tokens"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(merges, "se contam só os merges")]),
        example_id="16",
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    base, merges = random.randint(30, 120), random.choice([200, 500, 1000, 2500])
    return (
        f"Um BPE parte de {base} caracteres distintos e faz {merges} merges. Qual é o tamanho do "
        "vocabulário final?",
        {"base": base, "merges": merges, "asked": "size"},
    )


VOCABULARY = Family(
    _KIND, "Tamanho do vocabulário do BPE", "tokenizacao", "16",
    _match, _parse, _solve, _exercise,
)  # fmt: skip
