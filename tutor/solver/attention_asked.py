"""What an attention exercise asks for: which quantity, and which entry, row or extreme of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tutor.records import Json
from tutor.solver.fields import Statement, index_of
from tutor.solver.inputs import Inputs
from tutor.solver.numbers import word_number

_ASK = re.compile(
    r"(?<!\w)(?:qua(?:l|is)|quant[oa]s?|calcul\w+|comput[ea]\w*|determin\w+|obtenha|encontr\w+|"
    r"ach[ea]|obter|mostr[ea]|de(?= (?:a|o|as|os) )|da(?= (?:a|o|as|os) )|quero|queria|preciso|"
    r"forneca|inform[ea]|diga|escrev[ae]|apresente|monte|aplique|what|find|compute|give|"
    r"(?:com )?que(?= (?:peso|vetor|valor|porcentagem|percentual|fracao|parte)))(?!\w)"
)
_STAGES = (
    ("output", r"saidas?|outputs?|vetor(?:es)? de contexto|contexto|representac(?:ao|oes)|"
               r"vetor (?:resultante|final|de saida|contextual\w*)|resultado (?:da|final)|"
               r"embeddings? contextua\w+|atencao completa|context vector"),
    ("weights", r"pesos?|probabilidades?|distribuic(?:ao|oes)|softmax|coeficientes?|weights?|"
                r"quanta atencao|quanto de atencao|porcentagem|percentual|fracao da atencao|"
                r"matriz (?:de |da )?(?:self[ -]?)?(?:atencao|attention)|attention matrix"),
    ("scores", r"scores?|escores?|pontuac\w+|produtos?|q\w{0,3} ?[·*.@]? ?k\w{0,3}(?: ?\^?t)?|qkt|"
               r"similaridades?"),
    ("attention", r"(?:self[ -]?)?(?:attention|atencao)(?: (?:escalada|completa))?"),
)  # fmt: skip
_STAGE = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _STAGES) + r")(?!\w)"
)
SCALED = re.compile(
    r"\b(?:escalad[ao]s?|escalonad[ao]s?|dividid[ao]s?|normalizad[ao]s|scaled|sqrt|raiz|"
    r"(?:depois|apos|com) (?:d?a )?(?:escala|divisao|normalizacao))\b"
)
NOT_SCALED = re.compile(
    r"\b(?:nao (?:\w+ )?(?:escalad|dividid|normalizad)\w+|sem (?:a |o )?(?:escala\w*|raiz|divi\w+|"
    r"escalonamento|normaliza\w*|fator)|brut[oa]s?|antes d[ae] [^.;?]{0,25}(?:escala|divisao|"
    r"raiz)|unscaled)\b"
)


def stage_asked(statement: Statement) -> str | None:
    """ "scores", "scaled", "weights", "output", "attention" (whichever is possible) or None."""
    for clause in _objects(statement):
        match = _STAGE.search(clause)
        if match is None:
            continue
        stage = str(match.lastgroup)
        if stage == "scores":
            if NOT_SCALED.search(statement.folded):
                return "scores"
            return "scaled" if SCALED.search(clause) else "scores"
        return stage
    return None


def _objects(statement: Statement) -> list[str]:
    """What follows a request, up to the next array or end of sentence; then the last clause."""
    starts = sorted(value.start for value in statement.arrays)
    found: list[str] = []
    for match in _ASK.finditer(statement.folded):
        end = next((start for start in starts if start > match.end()), len(statement.folded))
        clause = re.split(r"[?;\n]|\.(?=\s|$)", statement.folded[match.end() : end])[0]
        found.append(re.split(r"\b(?:se|sabendo|dad[ao]s?|quando|com base)\b", clause)[0])
    ends = max((value.end for value in statement.arrays), default=0)
    tail = statement.folded[ends:]
    if not found and _STAGE.search(tail):  # and not "Resposta com 3 casas."
        found.append(tail)
    if not found:
        found.append(statement.folded[: starts[0]] if starts else statement.folded)
    return found


# ------------------------------------------------------------------- which entry of it


@dataclass(frozen=True)
class Pick:
    """A part of a matrix: a row, a column, both, or the largest or smallest number."""

    row: int | None = None
    column: int | None = None
    extreme: str = ""
    percent: bool = False

    @staticmethod
    def from_inputs(inputs: Inputs, single_row: bool) -> Pick:
        return Pick(
            None if single_row else _position(inputs.get("row")),
            _position(inputs.get("column")),
            str(inputs.get("extreme", "")),
            bool(inputs.get("percent")),
        )

    def described(self) -> str:
        named = [
            f"linha {self.row + 1}" if self.row is not None else "",
            f"coluna {self.column + 1}" if self.column is not None else "",
            {"max": "o maior valor", "min": "o menor valor"}.get(self.extreme, ""),
            "em porcentagem" if self.percent else "",
        ]
        return ", ".join(each for each in named if each)

    def of(self, value: np.ndarray) -> Json:
        part = value
        if self.row is not None and part.ndim == 2:
            part = part[self.row]
        if self.column is not None:
            part = part[..., self.column]
        if self.extreme:
            part = np.asarray(part.max() if self.extreme == "max" else part.min())
        if self.percent:
            part = part * 100
        result: Json = part.tolist()
        return result


def _position(value: Json) -> int | None:
    return int(value) if isinstance(value, int) else None


_NUMBER = r"(?:d[eo]? )?(?:numero |n )?(\d{1,2}|[a-z]{2,8})(?![\w,.]*\d)"
_LINE = re.compile(rf"\b(?:linha|row)\s*(?:=|de indice)?\s*{_NUMBER}")
_COLUMN = re.compile(rf"\b(?:coluna|column)\s*(?:=|de indice)?\s*{_NUMBER}")
_NTH_COLUMN = re.compile(
    r"\b(?:(\d{1,2})[ºªao]|([a-z]{5,9}[ao]))\s+(?:coluna|chave|key|componente|coordenada|value)\b"
    r"|\b(?:chave|key|coluna|k)[ _]?(\d{1,2})\b(?!\s*(?:=|:|e [\[(]))"
    r"|\b(?:palavra|token|posicao) (?P<receiver>\d{1,2}) (?:recebe|ganha|leva|fica)\b"
)
# "qual peso vai para o terceiro token?", of one row of weights
_RECEIVER = re.compile(
    r"\b(?:vai|ir|cabe|sobra|fica|da|dado|atribuid[ao]|dedicad[ao]|destinad[ao]) "
    r"(?:para|pra|ao?|pro) (?:[oa] )?"
    r"(?:(\d{1,2})[ºªoa] |([a-z]{5,9}[ao]) )?(?:token|palavra|posicao|chave|key)(?: (\d{1,2}))?\b"
)
_ENTRY = re.compile(
    r"\b(?:elemento|entrada|posicao|celula|score|escore|peso|s|a|w|alpha)[ _]*(?:de indice )?"
    r"[({_]\s*(\d{1,2})\s*[,;]?\s*(\d{1,2})\s*[)}]"
)
_SUBSCRIPT = re.compile(r"\b(?:s|a|alpha|e|w|z)_(\d)(\d)\b")
_EXTREME = re.compile(
    r"\b(?:(maior|maxim[ao]|mais alt[ao])|(menor|minim[ao]|mais baix[ao]))\s+(?:dos |"
    r"d[ea]s )?(?:peso|score|escore|valor|probabilidade|element|numero|entrada)"
)
_PERCENT = re.compile(
    r"\b(?:porcentagem|percentual|por cento|em %)|quantos %|\bque %|\bqual (?:o|a) %"
)


def entry_asked(
    statement: Statement, n_rows: int, n_columns: int, tokens: Sequence[str] = ()
) -> Pick:
    """Which column, entry or extreme is asked for (rows: `matrices.row_asked`)."""
    text = " ".join(_objects(statement))
    row = column = None
    pair = _ENTRY.search(text) or _SUBSCRIPT.search(text)
    if pair:
        row, column = int(pair[1]) - 1, int(pair[2]) - 1
    line, across = _LINE.search(text), _COLUMN.search(text)
    if line and _whole(line[1]):
        row = _whole(line[1]) - 1
    if across and _whole(across[1]):
        column = _whole(across[1]) - 1
    if column is None:
        column = _key_asked(text, tokens)
    receiver = _RECEIVER.search(text) if n_rows == 1 and column is None else None
    if receiver:
        digits = receiver[1] or receiver[3]
        column = (int(digits) if digits else word_number(receiver[2]) or 0) - 1
    if column is not None and not 0 <= column < n_columns:
        column = None
    if row is not None and not 0 <= row < n_rows:
        row = None
    extreme = _EXTREME.search(text)
    kind = "" if extreme is None else "max" if extreme[1] else "min"
    return Pick(row, column, kind, _PERCENT.search(statement.folded) is not None)


def _key_asked(text: str, tokens: Sequence[str]) -> int | None:
    nth = _NTH_COLUMN.search(text)
    if nth:
        digits = nth[1] or nth[3] or nth["receiver"]
        position = int(digits) if digits else word_number(nth[2])
        return position - 1 if position else None
    named = re.search(r"\b(?:chave|key|para|sobre|em|pr[ao])\s+(?:[ao] )?[\"'](\w+)[\"']", text)
    return index_of(named[1], tokens) if named and tokens else None


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else (word_number(text) or 0)
