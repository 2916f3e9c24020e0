"""The function or derivative that an optimizer problem gives: f(w) = (w - 3)^2, gradiente 2w."""

from __future__ import annotations

import re

from tutor.solver.fields import Statement
from tutor.solver.numbers import word_number
from tutor.solver.optimizer_data import with_data
from tutor.solver.optimizer_names import STEP_WORDS
from tutor.solver.optimizer_table import untabled
from tutor.solver.polynomials import read_polynomial

_VARIABLE = r"(?:theta|[wxyzbuv])_?\d?"
_DERIVATIVE_CUE = (
    r"[flj]\s*'\s*\(\s*[a-z]+\s*\)\s*(?:=|:|e\b)",
    r"grad(?:iente)?\s*(?:d[ae] )?(?:[flj]\b)?\s*(?:\(\s*[a-z]\w*\s*\))?\s*"
    r"(?:=|:|e\b|dado por|igual a)?",
    r"d[flj]\s*/\s*d[a-z]\w?\s*(?:=|:|e\b)",
    r"derivada\s*(?:=|:|e\b)?",
)
_LOSS_CUE = (
    rf"\b(?:f|l|j|e|c|loss|perda|"
    rf"custo)\s*\(\s*{_VARIABLE}(?:\s*,\s*{_VARIABLE}){{0,3}}\s*\)\s*(?:=|:|e\b)",
    r"\b(?:loss|perda|custo|funcao|f|l|j|minimi\w+|otimiz\w+)\s+(?:de (?:custo|perda) |objetivo )?"
    r"(?:a funcao |a perda )?(?:[flj]\s*)?(?:=|:|e\b|dada por)?",
    r"\b(?:loss|[flj])\s*=",
)
_OF_WHAT = re.compile(
    r"\b(gradientes?|derivadas?|grad)\s+(?:(?:parcia(?:l|is)|calculad[oa])\s+)?"
    r"(?:(?:d[aeo]s?|em relacao (?:a|ao|aos|as)|no|na)\s+(?:funcao (?:de )?)?"
    r"(?:loss|perda|custo|erro|pesos?|parametros?|theta|[wlj])(?![\w(])(?: w\b(?! ?[=:]))?\s*){1,2}"
    r"(?:nele|nela|nesse ponto|ai)?\s*"
)
_TAIL_STEPS = re.compile(
    rf"(?<=\d)(?:\s*(?:,|;|\be)\s*|\s+)(?=\d{{1,4}} (?:{STEP_WORDS}|passo|step|epoca|update)\b)"
)
_NABLA = re.compile(r"\bnabla\b(?:_\w+)?")
# "os gradientes dos passos 1 e 2 foram": the numbers of the steps are no data.
_OF_STEPS = re.compile(
    r"\b(gradientes?|grads?|gradients?) (?:d[oa]s?|n[oa]s?|para os|of|in) (?:\w+ )?"
    r"(?:passos?|iterac\w+|steps?) \d{1,3}(?:(?:, ?| e | a | and | to )\d{1,3}){0,9}"
)
_MEAN_SQUARE = re.compile(r"\be\[ ?g\^?2 ?\](?:_\w+)?(?: anterior| atual| inicial)?(?= ?[=:]? ?\d)")
_THEN = re.compile(r"(?<=\d),? (?:e )?(?:depois|entao|em seguida|then) (?=-?\d)")
_PARTS = {"decim": 0.1, "centesim": 0.01, "milesim": 0.001}
_TENTHS = re.compile(
    r"\b(um|dois|tres|quatro|cinco|seis|sete|oito|nove) (decim|centesim|milesim)os?\b"
)
# AdaGrad's accumulator is a capital G, the gradient a small one.
_ACCUMULATED = re.compile(r"\bG(?:_\w+|\(t\))?(?= ?[=:] ?\d)")


_NUMBER = r"[-+]?\d+(?:[.,]\d+)?"
# "o peso foi de 2 para 1,7", "leva o peso de 5 a 4,4": the value before and the one after.
_FROM_TO = re.compile(
    rf"\b(?P<what>(?P<w>pesos?|parametros?|w|theta|x)|velocidade|acumulador|v|media movel"
    rf"(?: exponencial)?|ema)\b(?P<verb>[^.;:?!\d]{{0,40}}?)\b(?:de|em|valendo|era|valia|vale|"
    rf"estava em)"
    rf" (?P<before>{_NUMBER})(?:,)? (?:e (?:foi|passou|virou) )?"
    rf"(?:para|pra|a|ate|virou|passou a(?: valer)?) (?P<after>{_NUMBER})(?![\w.,]*\d)"
)
# "o peso diminuiu 0,3": the change of the weight.
_CHANGED = re.compile(
    rf"\b(?P<what>pesos?|parametros?|w|theta) (?:so )?(?:(?P<down>diminui\w*|ca(?:i|iu)|reduziu|"
    rf"desceu|"
    rf"encolheu|baixou)|aument\w+|sub(?:iu|e)|cresce\w*)(?: em| de|:)? (?P<by>{_NUMBER})(?! para|"
    rf" pra)"
)


def _moved(match: re.Match[str]) -> str:
    name = "w" if match["w"] else "v"
    verb = "" if name == "w" else match["verb"]  # "o acumulador do AdaGrad foi de 9 para 25"
    return f"{verb} ; {name}0 = {match['before']} ; {name}_after = {match['after']}"


def _changed(match: re.Match[str]) -> str:
    return f"delta w = {'-' if match['down'] else ''}{match['by'].lstrip('+')}"


# "betas 0,9/0,999" is a pair and no fraction.
_BETAS = re.compile(
    r"\bbetas?\b\s*(?:=|:|de)?\s*\(?\s*(0?[.,]\d+)\s*(?:/|e|,\s)\s*(0?[.,]\d+)\s*\)?(?![\d])"
)
# "(λ/2)w²", "λ‖w‖²": the formula of the penalty, no value of λ.
_PENALTY = re.compile(
    r"(?P<half>\(? ?lambda ?/ ?2 ?\)? ?[*·]? ?|(?:1/2|0[.,]5) ?[*·]? ?lambda ?[*·]? ?)?"
    r"(?P<full>lambda ?[*·]? ?)?(?:(?:‖|\|\|?) ?w ?(?:‖|\|\|?)|w)(?:_2)? ?(?:\^|\*\*) ?2"
)


def _penalty(match: re.Match[str]) -> str:
    if match["half"]:
        return " penalidade pela metade "
    return " penalidade inteira " if match["full"] else match.group()


# The size of a batch is no datum of its step.
_BATCH_SIZE = re.compile(
    r"\b((?:mini[ -]?)?(?:batch|lote)) (?:de |com |size |tamanho )+(?:tamanho )?\d+(?![.,]?\d)"
    r"(?: (?:exemplos|amostras|imagens))?"
)
_HALF_WORD = re.compile(r"\b(?:um meio|meia unidade)\b")


_GRADIENT_AT = re.compile(
    r"\bgrad(?:iente)?s? (?:d[aeo] )?[a-z] ?\((?:w|theta|x)_?\w?\)|"
    r"\bd[a-z]\((?:w|theta|x)\) ?/ ?d(?:w|theta|x)\b|\b[ljf]'\((?:w|theta|x)_?\w?\)"
)
# m̂_2, \\hat{m}, m_hat, "m chapéu", "m corrigido"
_HAT = re.compile(
    r"(?<![a-z])(?:([mvs])[_ ]?\d?[\u0302^]_?\w?(?![a-z\d])|"
    r"hat ?\(?\{? ?([mvs]) ?\}?\)?(?:_?\w)?\b|"
    r"([mvs])[_ ]?[\dt]?[_ -]?(?:hat|chapeu|corrigid[oa])(?:_?[\dt](?!\w))?)"
)


def _hatted(match: re.Match[str]) -> str:
    letter = match[1] or match[2] or match[3]
    return f" {'m' if letter == 'm' else 'v'}_hat "


def _decimal(match: re.Match[str]) -> str:
    return f"{(word_number(match[1]) or 0) * _PARTS[match[2]]:.3g}"


def clean(statement: Statement) -> tuple[Statement, str | None, str | None]:
    """The message without its function, and the function: (…, loss, derivative)."""
    text = _BETAS.sub(r"betas = (\1; \2)", untabled(statement.folded))
    text = _BATCH_SIZE.sub(r"\1", text)
    text = _PENALTY.sub(_penalty, text)
    text = _HALF_WORD.sub("0.5", text)
    examples = with_data(text)
    if examples is not None:
        text = examples.text
    elif re.search(r"ada ?-?grad|acumul", text):
        for match in reversed(list(_ACCUMULATED.finditer(statement.text))):
            text = f"{text[: match.start()]}v0{text[match.end() :]}"
    text = _MEAN_SQUARE.sub("v0 ", re.sub(r"\bate (?:agora|aqui)\b", " ", text))
    text = _OF_STEPS.sub(r"\1", _NABLA.sub("grad", text))
    text = _THEN.sub(" e ", _TENTHS.sub(_decimal, text))
    text = _HAT.sub(_hatted, re.sub("(?<=\\w)\u2202", " d", text).replace("\u2202", "d"))
    text = re.sub(r"\b([mvsgw])_?[({]?\(?t\s*-\s*1\)?[)}]?(?!\w)", r"\g<1>0", text)
    text = re.sub(r"\b([wvm])_[({]?t\s*\+\s*1[)}]?(?!\w)", r"\g<1>_after", text)
    text = re.sub(r"\b([wg])_\(?t\)?(?=\s*(?:=|:|e\s)\s*[-\[(\d])", r"\1", text)
    text = _CHANGED.sub(_changed, _FROM_TO.sub(_moved, text))
    text = _OF_WHAT.sub(r"\1 ", text)
    text = _TAIL_STEPS.sub(" com ", text)
    for cues, is_loss in ((_LOSS_CUE[:1], True), (_DERIVATIVE_CUE, False), (_LOSS_CUE[1:], True)):
        for cue in cues:
            for match in re.finditer(cue, text):
                found = read_polynomial(text, match.end())
                if found is None or not found[0].variables:
                    continue
                polynomial, end = found
                expression = text[match.end() : end].strip()
                follows = re.match(r"\s*(?:=|'|\w)", text[end:])
                alone = re.fullmatch(_VARIABLE, expression) is not None
                if alone and ((is_loss and "(" not in match.group()) or follows):
                    continue
                if not is_loss and (len(polynomial.variables) > 1 or alone):
                    continue
                rest = text[: match.start()] + " ; " + text[end:]
                return Statement(_GRADIENT_AT.sub("grad", rest)), *(
                    (expression, None) if is_loss else (None, expression)
                )
    return Statement(_GRADIENT_AT.sub("grad", text)), None, None
