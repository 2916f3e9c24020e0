"""What BPE and WordPiece exercises have in common: how they are called, ordered and shown."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.format import tokens
from tutor.solver.inputs import Inputs

BPE = r"bpe|byte[ -]?pair(?:[ -]?encoding)?"
WORDPIECE = r"word[ -]?piece"
ORDER = (
    r"tokenize|tokeniza|tokenizar|tokenizo|tokenizem|faca a tokenizacao|qual (?:e )?a tokenizacao|"
    r"como fica(?:ria)?(?: a tokenizacao)?|aplique|aplica|segmente|divida|quebre|quais (?:sao )?os "
    r"tokens|resultado da tokenizacao|tokenizacao d[aeo]s?|calcule|mostre|faz a tokenizacao|"
    r"resolva|(?:faca|faz|aplique|rode) (?:o |a )?(?:word ?piece|bpe)"
)

ROOTS = ("computacao", "banana", "casamento", "programa", "rede", "camada", "maracuja", "atencao")


_HOW_MANY = (
    r"quantos (?:tokens|pedacos|subtokens|simbolos|subpalavras)|"
    r"(?:qual (?:e )?o )?numero de (?:tokens|pedacos|subpalavras)|how many (?:tokens|pieces)"
)


def note_count(statement: Statement, inputs: dict[str, Json]) -> None:
    """Is the number of tokens asked for, and not the tokens?"""
    if statement.has(_HOW_MANY) and not statement.has(r"quais(?: sao)?(?: os)? tokens"):
        inputs["asked"] = "count"
    elif statement.has(r"quais", r"mostr\w+", r"tokeniz\w+", r"segment\w+"):
        inputs.pop("asked", None)


def value_of(results: Mapping[str, list[str]], inputs: Inputs) -> Json:
    """The tokens, or how many there are; by word where there are several."""
    if inputs.get("asked") == "count":
        counts: dict[str, Json] = {word: len(pieces) for word, pieces in results.items()}
        return next(iter(counts.values())) if len(counts) == 1 else counts
    if len(results) == 1:
        return list(next(iter(results.values())))
    return {word: list(pieces) for word, pieces in results.items()}


def result_line(results: Mapping[str, list[str]]) -> str:
    if len(results) == 1:
        word, pieces = next(iter(results.items()))
        return f"{word} → {tokens(pieces)} ({len(pieces)} token{'s' if len(pieces) > 1 else ''})"
    return "; ".join(f"{word} → {tokens(pieces)}" for word, pieces in results.items())
