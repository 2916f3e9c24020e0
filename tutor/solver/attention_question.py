"""Which token of a given attention matrix is asked about, and as what: who looks, or who is
looked at ("qual palavra recebe mais atenção de “leite”?", "quanto “dia” olha para “bom”?")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.solver.fields import Statement
from tutor.solver.text import fold

_LOOKS = (
    r"(?:\w+ )?(?:olha|atende|presta|da|foca|aponta|dedica|concentra|distribui|se (?:relaciona|"
    r"liga|"
    r"conecta)|esta ligad[ao]|coloca|poe|manda|atribui|considera|pays|attends?|looks)\b"
)
_OF = r"(?:linha|fileira|row|query|consulta|de|d[ao]|pel[ao]|por|from|of|token|palavra)"
_TO = r"(?:a|ao|aos|para|pr[ao]|pra|em|n[ao]|sobre|to|coluna|chave|key)"
_AMOUNT = re.compile(
    r"\b(?:quanto|quanta|(?:qual|que|com que)(?: e| eh)? (?:o |a )?(?:peso|valor|fracao|"
    r"atencao(?! d)|"
    r"porcentagem|percentual|probabilidade|intensidade)|how much)\b"
)
_IN_ALL = re.compile(
    r"\b(?:no total|ao todo|no geral|somando|soma d\w+|de tod[ao]s|por tod[ao]s|em media|"
    r"d[ao]s (?:outr[ao]s|demais)|mais (?:recebe atencao|atendid[ao]|olhad[ao])|"
    r"(?:que|qual) (?:token|palavra) (?:mais )?recebe(?: mais| a maior)?(?: atencao)?\W*$)\b"
)


@dataclass(frozen=True)
class Question:
    row: int | None = None
    column: int | None = None
    amount: bool = False  # the weight itself is wanted, not whose it is
    total: bool = False  # what each token receives from all
    one: bool = False  # "a qual token": one name


def question(statement: Statement, tokens: Sequence[str]) -> Question:
    clause = _asking(statement)
    row = column = None
    for start, index, length in _mentions(clause, tokens):
        before, after = clause[:start].rstrip(" \"'"), clause[start + length :].lstrip(" \"'")
        if re.match(_LOOKS, after) and row is None:
            row = index
        elif re.search(rf"\b{_TO}(?: (?:o|a|token|palavra))?(?: token| palavra)?$", before) and (
            not re.search(rf"\b{_OF}$", before) or row is not None
        ):
            column = index if column is None else column
        elif row is None:
            row = index
        elif column is None:
            column = index
    return Question(
        row,
        column,
        _AMOUNT.search(clause) is not None and row is not None and column is not None,
        row is None and column is None and _IN_ALL.search(clause) is not None,
        re.search(r"\bquais\b|\bpara quem cada\b", clause) is None,
    )


def _asking(statement: Statement) -> str:
    """The last sentence that asks."""
    bare = statement.folded
    for value in reversed(statement.arrays):
        bare = bare[: value.start] + " | " + bare[value.end :]
    sentences = [each for each in re.split(r"(?<=[?!;\n])|(?<=\.)\s|\|", bare) if each.strip()]
    asking = [
        each
        for each in sentences
        if "?" in each
        or re.search(r"\b(?:qua(?:l|is)|quem|quant[oa]|diga|que token|que palavra)\b", each)
    ]
    return asking[-1].strip() if asking else (sentences[-1] if sentences else "")


def _mentions(clause: str, tokens: Sequence[str]) -> list[tuple[int, int, int]]:
    """(start, index, length) of the tokens named in the clause; an article only in quotes."""
    found: list[tuple[int, int, int]] = []
    for index, token in enumerate(tokens):
        name = re.escape(fold(token).strip())
        quoted = re.search(rf"[\"']{name}[\"']", clause)
        bare = re.search(rf"(?<![\w\"']){name}(?![\w\"'])", clause) if len(token) > 2 else None
        match = quoted or bare
        if match:
            offset = 1 if quoted else 0
            found.append((match.start() + offset, index, len(name)))
    for match in re.finditer(r"\b(?:token|palavra|linha) (?:numero )?(\d{1,2})\b", clause):
        if 1 <= int(match[1]) <= len(tokens):
            found.append((match.start(1), int(match[1]) - 1, len(match[1])))
    return sorted(found)
