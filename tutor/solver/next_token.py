"""Causal language modelling: the next-token examples of a sentence."""

from __future__ import annotations

import re
from random import Random

from tutor.errors import MissingData
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.fields import Statement
from tutor.solver.format import listing, table, tokens
from tutor.solver.inputs import Inputs, assumptions, number, strings
from tutor.solver.quantities import only_number, quantity, with_conventions
from tutor.solver.registry import Family
from tutor.solver.sentences import LENGTH_NAMES, SENTENCES, sentence_of

_CAUSAL = "causal_lm_examples"

_LANGUAGE_MODEL = (
    r"causal(?: lm| language model\w*)?|clm|autorregressiv\w+|auto-regressiv\w+|gpt(?:-?\d)?|"
    r"proxim[oa] (?:palavra|token)|next[ -](?:token|word)(?: prediction)?|modelos? de linguagem|"
    r"teacher forcing|language model\w*"
)
_EXAMPLES = (
    r"exemplos|pares|previsoes|predicoes|alvos?|targets?|entradas? e (?:saidas?|alvos?)|"
    r"predictions?|deslocad\w+"
)


def _match_causal(statement: Statement) -> float:
    if not statement.has(_LANGUAGE_MODEL) or not statement.has(_EXAMPLES):
        return 0.0
    if statement.has("perplexidade", "loss", "entropia", "parametros?", "atencao", "masked|mlm"):
        return 0.0
    if statement.asks_concept and not statement.asks_value:
        return 0.0
    has_count = quantity(statement, *LENGTH_NAMES) is not None
    asks = statement.has(r"quant[oa]s|quais|liste|gere|monte|mostre|how many|escreva")
    return 0.85 if asks and (has_count or sentence_of(statement)) else 0.0


def _parse_causal(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    words = sentence_of(statement)
    if words:
        inputs["words"] = list(words)
        inputs.pop("length", None)
    else:
        length = quantity(statement, *LENGTH_NAMES, what="o número de tokens", high=10**9)
        if length is not None:
            inputs["length"] = length
            inputs.pop("words", None)
    for key, pattern in (("begin", r"bos|<s>|\[bos\]|<bos>|<\|?startoftext|inicio de (?:frase|"
                                   r"sentenca)|"
                          r"token (?:de )?inicio"),
                         ("end", r"eos|</s>|\[eos\]|<eos>|<\|?endoftext|fim de (?:frase|sentenca)|"
                          r"token (?:de )?fim")):  # fmt: skip
        if re.search(pattern, statement.folded):
            inputs[key] = not re.search(
                rf"sem (?:o |os |usar )?(?:token )?(?:{pattern})", statement.folded
            )
    if statement.has(r"quant[oa]s|quais|liste|gere|monte|mostre|how many|escreva"):
        inputs["count"] = statement.has(r"quant[oa]s|how many") and not statement.has(
            r"quais|liste|mostre"
        )
    if previous is not None and inputs == before:
        value = only_number(statement, "o número de tokens")
        if value is None:
            return None
        inputs["length"] = value
        inputs.pop("words", None)
    inputs.setdefault("assumptions", [])
    if "words" not in inputs and "length" not in inputs:
        raise MissingData(
            'Qual é a frase (ou quantos tokens ela tem)? Por exemplo: "o gato dorme".',
            Problem(_CAUSAL, inputs),
        )
    return inputs


def _solve_causal(inputs: Inputs) -> Solution:
    begin, end = bool(inputs.get("begin")), bool(inputs.get("end"))
    words = strings(inputs.get("words"))
    length = len(words) or int(number(inputs.get("length")))
    sequence = ["<bos>"] * begin + words + ["<eos>"] * end if words else []
    total = length + begin + end
    count = max(total - 1, 0)
    steps = [Step("Alvos deslocados", "O alvo de cada posição é o token seguinte; o último não tem "
                  rf"seguinte: ${total} - 1 = {count}$ previsões.")]  # fmt: skip
    pairs = [(sequence[:i], sequence[i]) for i in range(1, len(sequence))]
    if pairs:
        steps.append(Step("Entrada → alvo", table(["contexto", "alvo"], [
            [tokens(context), f"`{target}`"] for context, target in pairs[:60]])))  # fmt: skip
    notes = list(assumptions(inputs))
    if words and "length" not in inputs:
        notes.append("Cada palavra conta como um token (o GPT usa subpalavras).")
    if not begin and not end:
        notes.append(
            "Sem tokens de início (BOS) e de fim (EOS); cada um deles acrescenta um exemplo."
        )
    value: Json = count
    if pairs and not inputs.get("count", True):
        value = [[list(context), target] for context, target in pairs]
    shown = "; ".join(f"{' '.join(context)} → {target}" for context, target in pairs[:5])
    return Solution(
        problem=Problem(_CAUSAL, inputs),
        title="Exemplos do modelo de linguagem causal",
        result=f"**{count}** previsões"
        + (f": {shown}" if shown else "")
        + ("; …." if len(pairs) > 5
               else "."),
        value=value,
        steps=tuple(steps),
        checks=(Check("Entradas e alvos", count == (len(pairs) if pairs else total - 1),
                      listing([f"{count} alvos", f"{total} tokens"])),),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=with_conventions(inputs, count, [(float(count + 1), "contando também o token de "
                                                                    "início "
                                                  "ou o de fim")] if not begin and not end else [],
                                 [(count * (count + 1) // 2, "se contam todos os tokens dos "
                                                             "contextos")]),
    )  # fmt: skip


def _exercise_causal(random: Random) -> tuple[str, dict[str, Json]]:
    sentence = random.choice(SENTENCES)
    return (
        "Quantos exemplos de previsão do próximo token um modelo de linguagem causal tira da frase "
        f'"{sentence}"?',
        {"words": list(sentence.split()), "count": True, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _CAUSAL, "Exemplos do modelo causal", "gpt", "38",
        _match_causal, _parse_causal, _solve_causal, _exercise_causal,
    ),
)  # fmt: skip
