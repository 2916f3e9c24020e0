"""Which family answers a text, and how a follow-up changes the problem before it."""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Exercise, Json, Problem, Solution
from tutor.solver.asked import missing, results_asked
from tutor.solver.claims import RECOGNISED, on_named_values
from tutor.solver.coverage import unused
from tutor.solver.fields import Statement
from tutor.solver.inputs import CLAIMED, Inputs
from tutor.solver.listed import question_in
from tutor.solver.numbers import MAX_CHARACTERS, Value, check_size
from tutor.solver.parts import are_options, solve_each, split
from tutor.solver.swaps import bare, swapped, with_values

# One file a family group, in this package; each has FAMILIES: tuple[Family, ...].
MODULES = (
    "classifier",
    "smoothed_target",
    "softmax",
    "temperature",
    "losses",
    "binary",
    "inverse_loss",
    "activations",
    "composed",
    "gradient_chain",
    "perplexity",
    "divergences",
    "tokenization",
    "attention",
    "scaling",
    "optimizer_inverse",
    "optimizer_comparison",
    "optimizers",
    "adam_update",
    "decay_comparison",
    "moving_average",
    "average_memory",
    "bias_correction",
    "weight_penalty",
    "weight_decay",
    "schedules",
    "networks",
    "padding",
    "conv_inverse",
    "layer_inverse",
    "dense",
    "grids",
    "skip",
    "validation",
    "splits",
    "fold_statistics",
    "metrics",
    "f_score",
    "metric_inverse",
    "macro",
    "similarity",
    "positional",
    "heads",
    "windows",
    "cbow_hidden",
    "masking",
    "next_token",
)

_NO_DATA = frozenset({"assumptions", "functions", "classes", "words", "asked", "measures"})
# "passo a passo" without any data is a question about the method.
_HOW_TO = re.compile(r"\b(?:passo a passo|roteiro|como se|de que maneira|em que etapa)\b")
_LISTED = re.compile(r"\[\s*\]|\(\s*\)|##\w+\W+##\w")  # an empty list, pieces of words
_ENDS_WITH_RESULT = re.compile(r"\b(?:perda|loss|entropia cruzada|ce|pares)\W*\?\W*$")
_FRACTION = re.compile(r"\d[.,]\d|\d ?%")
_ASSIGNED = re.compile(r"[\w\u0302]\s?[=:]\s?-?\d")
_EXERCISE = re.compile(
    r"^\W*(?:ger[ea]|list[ea]|divid[ae]|mont[ea]|separ[ea]|consider[ea]|dad[oa]s?|use|usando|"
    r"tamanho|parametros|pares|given|let|conv\w*|camada|bpe|word ?piece|merges?|tokeniz\w+|rode|"
    r"pes?|entropias?(?: cruzadas?)?|bce|perplexidade|softmax|us[ae]|"
    r"trein\w+ (?:de |do |um |o )*bpe|"
    r"custo|campo receptivo|numero de|number of|quantidade de|fator de|max[- ]?pool\w*|flatten)\b|"
    r"(?:tamanho|entropia cruzada(?: binaria)?|bce|cross[ -]?entropy|log loss|"
    r"parametros(?: com bias)?|saida|total|acuracia|precisao|recall|revocacao|f1|"
    r"perda|loss|media|"
    r"desvio(?: padrao)?|resultado|pesos?|treinos|treinamentos|softmax|perplexidade|cosseno)"
    r"(?: d\w{1,4} \w+){0,2}\W*\?|\b(?:em |\()(?:bits|nats)\W*\?|"
    r"\b(?:qual|quais|what)(?: \w+){1,4}\W*$"
)
# "F1 com precisão 0,8", "sigmoide de infinito": the result by its name and no verb.
_NAMES_RESULT = re.compile(
    r"^\W*(?:f1|macro|micro|recall|revocacao|precisao|acuracia|penalidade|ema|media|similaridade|"
    r"cosseno|leave|loo|divida|trein[ea]|aplique|sigmoide?|relu|tanh|derivada|d_?model|d_?k|"
    r"dilatacao|campo receptivo|camada densa|score|log[ -]?softmax|softmax|perplexidade|bce|passo|"
    r"sgd|adam\w*|momentum|rmsprop|adagrad|conv\w*|pooling|max[ -]?pool\w*|filtro|kernel|"
    r"skip[ -]?gram|pares|\d+[ -]?folds?|"
    r"k[ -]?fold|wordpiece|bpe|tokenize|parametros|numero de|total de|saida|tamanho)\b"
    r"(?!\s+(?:e|ou|nao|serve|usa|funciona)\b)"
)
# A longer text that is not mostly numbers is no statement of an exercise.
LONG_TEXT = 4_000
_READ_OF_LONG = 1_000
_NUMERIC = frozenset("0123456789.,;-[]() \n")
_WRITE_AGAIN = "Escreva os dados de novo, só com números."
_WORDS = re.compile(r"[^\W\d_]{2,}")
_NEAR = 0.1  # families with scores so near are both likely
_BRIEF = 10  # words of a message that is all data and order: "um passo de SGD com w = 2"
READ = "read"  # numbers that were understood and need no other place in the inputs
PENDING = "pending"  # marks the inputs of a problem that still lacks something


@dataclass(frozen=True)
class Family:
    """A family of numeric problems. All functions are pure and work on plain JSON inputs."""

    kind: str  # "cross_entropy": what `Problem.kind` holds
    title: str  # Portuguese, shown above the solution
    topic: str  # of corpus/topics.yaml
    example_id: str | None  # the list's nearest question
    match: Callable[[Statement], float]  # 0 = not mine … 1 = says my name
    # The inputs of a new problem (previous None) or of `previous` as the text changes it.
    # None: not mine / nothing of mine is changed. Raises SolverError or MissingData.
    parse: Callable[[Statement, Inputs | None], dict[str, Json] | None]
    solve: Callable[[Inputs], Solution]
    exercise: Callable[[Random], tuple[str, dict[str, Json]]]
    # Kinds whose inputs may complete mine ("e qual a softmax?" after a cross-entropy), each with
    # the keys that make a complete problem of mine.
    adopts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def families() -> tuple[Family, ...]:
    found: list[Family] = []
    for name in MODULES:
        found.extend(importlib.import_module(f"tutor.solver.{name}").FAMILIES)
    kinds = [family.kind for family in found]
    if len(set(kinds)) != len(kinds):
        raise AssertionError(f"two families share a kind: {sorted(kinds)}")
    return tuple(found)


def family_of(kind: str) -> Family | None:
    return next((family for family in families() if family.kind == kind), None)


def solve(text: str, previous: Problem | None = None) -> Solution | None:
    """The worked solution of `text`; None if it is no numeric problem (see the package)."""
    try:
        return _solve_parts(text, previous)
    except MissingData as error:
        if isinstance(error.problem, Problem):
            marked = {**error.problem.inputs, PENDING: True}
            raise MissingData(str(error), replace(error.problem, inputs=marked)) from None
        raise


def _solve_parts(text: str, previous: Problem | None) -> Solution | None:
    stem, parts = split(text[: LONG_TEXT + 1])
    if not parts or len(text) > LONG_TEXT:
        return _solve(text, previous)
    if are_options(parts):
        return _solve(stem, previous)
    solution = solve_each(stem, parts, lambda part: _solve(part, previous))
    if solution is not None:
        return solution
    whole = _solve(text, previous)
    worded = all(len(_WORDS.findall(part)) > 2 for part in parts)  # and not "0,2 (A), 0,5 (B)"
    if worded and whole is not None and isinstance(whole.value, (int, float)):
        raise MissingData(
            f"Li {len(parts)} itens, mas só entendi “{whole.title}”. Mande um item por mensagem, "
            "cada um com os seus dados.",
            whole.problem,
        )
    return whole


def _solve(text: str, previous: Problem | None) -> Solution | None:
    if len(text) > MAX_CHARACTERS and not any(character.isdigit() for character in text):
        return None
    check_size(text)
    if len(text) > LONG_TEXT and not _mostly_numbers(text):
        _refuse_long(text)
        return None
    statement = Statement(text if previous is None else with_values(text))
    named = question_in(statement.folded, bool(statement.arrays))
    if named is not None and not statement.arrays:
        # "na questão 2, e se a classe for volks?": None where the text changes nothing of it.
        solution = _solve_revised(statement, named)
        if solution is not None:
            return solution
    previous = named or previous
    if previous is not None:
        confirmed = _own_result(statement, previous)
        if confirmed is not None:
            return confirmed
        family = family_of(previous.kind)
        try:
            inputs = swapped(statement, previous)
        except MissingData:  # "kernel 5 em vez de 3": the name tells which 3
            named_too = _solve_revised(statement, previous)
            if named_too is None or named_too.problem.inputs == previous.inputs:
                raise
            return named_too
        if family is not None and inputs is not None:
            return _finish(family, _without_claim(inputs), statement)
    follow_up = previous is not None and statement.opens_as_follow_up
    missing: MissingData | None = None
    if not follow_up:
        try:
            solution = _solve_new(statement, previous)
        except MissingData as error:
            if previous is None or statement.unreadable:
                raise
            missing = error
        else:
            if solution is not None:
                return solution
    if previous is not None:
        solution = _solve_revised(statement, previous)
        if solution is not None and statement.unreadable:
            raise MissingData(f"{statement.unreadable}{_WRITE_AGAIN}", previous)
        if solution is not None:
            return solution
    if follow_up:
        solution = _solve_new(statement, previous)
        if solution is not None:
            return solution
    if missing is not None:
        raise missing
    return None if previous is None else _solve_adopting(statement, previous)


def _refuse_long(text: str) -> None:
    """A long text whose beginning or end orders a computation is no exercise, but is answered."""
    for part in (text[:_READ_OF_LONG], text[-_READ_OF_LONG:]):
        statement = Statement(part)
        if (statement.orders or statement.asks_quantity) and any(
            family.match(statement) >= 0.9 for family in families()
        ):
            raise SolverError(
                f"A mensagem é longa demais para eu achar os dados (mais de {LONG_TEXT} "
                "caracteres). Mande só o enunciado com os números."
            )


_BARE_NUMBER = re.compile(
    r"\W*(?:=|eh|e|é|da|deu)?\s*[-+]?(?:\d+[.,]\d{1,12}|\d{2,12})\s*[?.!]*\s*"
)


def _mostly_numbers(text: str) -> bool:
    digits = sum(each.isdigit() for each in text)
    return digits > 0.1 * len(text) and sum(each in _NUMERIC for each in text) >= 0.8 * len(text)


def _own_result(statement: Statement, previous: Problem) -> Solution | None:
    """A message that is only a number: the student's own result, where it is the right one or
    what a known mistake yields. Any other number changes the problem ("sigmoid de 0", "0,6")."""
    family = family_of(previous.kind)
    if family is None or PENDING in previous.inputs or len(statement.scalars) != 1:
        return None
    if not _BARE_NUMBER.fullmatch(statement.folded):
        return None
    inputs = {**_without_claim(previous.inputs), CLAIMED: statement.scalars[0].text}
    solution = _finish(family, inputs, None)
    known = any(each in remark for remark in solution.remarks for each in RECOGNISED)
    return solution if known else None


def again(problem: Problem) -> Solution | None:
    """The worked solution of a problem that was read before; None while it lacks something."""
    family = family_of(problem.kind)
    if family is None or PENDING in problem.inputs:
        return None
    return _finish(family, problem.inputs, None)


def exercise(kind: str, seed: int) -> Exercise:
    """A new exercise of a family with its worked solution; the same seed gives the same one."""
    family = family_of(kind)
    if family is None:
        known = ", ".join(sorted(each.kind for each in families()))
        raise SolverError(f"Não conheço o tipo de exercício “{kind}”. Os que conheço: {known}.")
    statement, inputs = family.exercise(Random(f"{kind}/{seed}"))
    return Exercise(kind, seed, statement, _finish(family, inputs, None))


def _solve_new(statement: Statement, previous: Problem | None) -> Solution | None:
    if statement.asks_idea:
        return None
    scored = [(family.match(statement), family) for family in families()]
    scored = [pair for pair in scored if pair[0] > 0]
    refused: SolverError | None = None  # what the likeliest family asks back
    lowest = 0.0
    for score, family in sorted(scored, key=lambda pair: -pair[0]):
        if score < lowest:
            break  # what lacks data for its likeliest family is no problem of an unlikely one
        try:
            solution = _try_new(family, score, statement, previous)
        except MissingData as error:  # any other error names what is wrong with the data
            refused = refused or error
            lowest = max(lowest, score - _NEAR)
            continue
        if solution is None:
            continue
        left = unused(statement, solution.problem.inputs, solution.value)
        lacking = missing(statement, solution)
        if not left and not lacking:
            return solution
        if refused is None:
            refused = _unclear(solution, left) if left else _not_given(solution, lacking)
    if refused is not None:
        raise refused
    return None


def _try_new(
    family: Family, score: float, statement: Statement, previous: Problem | None
) -> Solution | None:
    """The solution as a new problem of this family; None where it is none of its."""
    inputs = _adopted(family, statement, previous) if statement.refers_back else None
    if inputs is None:
        try:
            inputs = family.parse(statement, None)
        except MissingData as error:
            inputs = _adopted(family, statement, previous)
            if inputs is None and statement.unreadable:
                raise MissingData(statement.unreadable + str(error), error.problem) from None
            if inputs is None and _gives_data(statement, error):
                raise
        except SolverError as error:
            # "o teste fica com 1 exemplo só??" orders nothing that could be wrong.
            if _gives_data(statement, error):
                raise
    if statement.unreadable and (inputs is not None or score >= 0.9):
        raise MissingData(f"{statement.unreadable}{_WRITE_AGAIN}", Problem(family.kind, {}))
    if inputs is None:
        return None
    if statement.negative_count:
        raise SolverError(
            f"Li “{statement.negative_count}”: uma quantidade não pode ser negativa. "
            "Confira o número."
        )
    return _finish(family, inputs, statement)


def _unclear(solution: Solution, left: Sequence[Value]) -> MissingData:
    """The question back where numbers of the text have no role in what was understood."""
    listed = ", ".join(f"`{value.text}`" for value in left[:4])
    many = "os números" if len(left) > 1 else "o número"
    return MissingData(
        f"Entendi o problema como “{solution.title}”, mas não sei o que "
        f"fazer com {many} {listed}. Diga o que cada dado é, com o nome junto do valor, e faça um "
        "pedido por mensagem.",
        solution.problem,
    )


def _not_given(solution: Solution, lacking: Sequence[str]) -> MissingData:
    """The question back where other or more results are asked for than were understood."""
    names = "; ".join(f"“{name}”" for name in lacking[:4])
    return MissingData(
        f"Entendi o problema como “{solution.title}”, mas não é (só) "
        f"isso que você pede ({names}). Mande um pedido por mensagem e diga quais dados valem para "
        "ele.",
        solution.problem,
    )


def _is_prose(statement: Statement) -> bool:
    """A longer message with a number or two in it that asks for no result."""
    data = statement.gives_list or '"' in statement.text or "'" in statement.text
    data = data or _LISTED.search(statement.text) is not None
    asks = statement.asks_quantity or statement.asks_value or bool(results_asked(statement))
    if data or asks or _EXERCISE.search(statement.folded):
        return False
    if len(statement.scalars) > 1 and _FRACTION.search(statement.folded):
        return False
    return len(statement.values) < 3 and not any(mark in statement.text for mark in "=#+@:")


def _gives_data(statement: Statement, error: SolverError) -> bool:
    """Worth a question back: some data was given, or a computation was clearly ordered."""
    wants = statement.asks_quantity or bool(results_asked(statement))
    if statement.gives_list or len(_ASSIGNED.findall(statement.folded)) > 1:
        return not statement.asks_concept or wants
    quoted = '"' in statement.text or "'" in statement.text
    if statement.asks_concept or _HOW_TO.search(statement.folded):
        return False
    if len(statement.scalars) > 1 or (
        statement.scalars and len(statement.folded.split()) <= _BRIEF and "?" not in statement.text
    ):
        return True
    if _NAMES_RESULT.match(statement.folded) and len(statement.folded.split()) <= 14:
        typed = statement.values or statement.unreadable or quoted
        if typed and "?" not in statement.text[:-1] and not statement.has("ou", "sem"):
            return True
    if quoted and _EXERCISE.match(statement.folded) and "?" not in statement.text:
        return True
    if statement.orders or (wants and (statement.scalars or quoted)):
        return True
    if (_LISTED.search(statement.text) and statement.values) or len(statement.scalars) > 3:
        return True
    if not isinstance(error, MissingData):
        return not _is_prose(statement)
    given = error.problem.inputs if isinstance(error.problem, Problem) else {}
    brief = len(statement.folded.split()) <= 10 or _EXERCISE.match(statement.folded) is not None
    brief = brief and "?" not in statement.text
    data = [given[key] for key in given if key not in _NO_DATA]
    sizes = [len(each) for each in data if isinstance(each, (list, dict))]
    own = "pending_class" in given or statement.has(r"(?:d[oa] )?(?:meu|minha) (?:modelo|rede)")
    asks = statement.asks_quantity or _ENDS_WITH_RESULT.search(statement.folded) is not None
    if asks and (sizes or own):
        return True
    return (brief and bool(sizes)) or max(sizes, default=0) > 2


def _adopted(
    family: Family, statement: Statement, previous: Problem | None
) -> dict[str, Json] | None:
    """The problem before, seen as one of this family."""
    if previous is None or previous.kind not in family.adopts:
        return None
    carried = _without_claim(previous.inputs)
    inputs = family.parse(statement, carried)
    if inputs is not None:
        return inputs
    complete = all(key in carried for key in family.adopts[previous.kind])
    return carried if complete else None


def _solve_adopting(statement: Statement, previous: Problem) -> Solution | None:
    """What only a neighbouring family understands: "agora tokenize lowest" after training."""
    for family in families():
        if previous.kind not in family.adopts:
            continue
        inputs = family.parse(statement, _without_claim(previous.inputs))
        if inputs is not None:
            return _finish(family, inputs, statement)
    return None


def _solve_revised(statement: Statement, previous: Problem) -> Solution | None:
    family = family_of(previous.kind)
    if family is None:
        return None
    before = _without_claim(previous.inputs)
    inputs = family.parse(statement, before)
    if inputs is None or _same_data(inputs, before):
        changed = bare(statement, previous)
        if changed is not None:
            solution = _finish(family, changed.inputs, statement)
            return replace(solution, assumptions=(*solution.assumptions, changed.said))
    if inputs is None:
        if statement.claim is None or PENDING in previous.inputs:
            return None
        inputs = before
    return _finish(family, inputs, statement)


def _same_data(inputs: Inputs, before: Inputs) -> bool:
    return {**inputs, READ: None} == {**before, READ: None}


def _without_claim(inputs: Inputs) -> dict[str, Json]:
    """What the next message may change: the data, without the marks of this module."""
    return {key: value for key, value in inputs.items() if key not in (CLAIMED, PENDING)}


def _finish(family: Family, inputs: Inputs, statement: Statement | None) -> Solution:
    if statement is not None and statement.claim is not None:
        inputs = {**inputs, CLAIMED: statement.claim.text}
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        try:
            solution = family.solve(inputs)
        except ZeroDivisionError:  # a zero among the data that no family's own check names
            raise SolverError(
                "Com esses dados a conta divide por zero. Confira os números do enunciado."
            ) from None
        except OverflowError:
            raise SolverError(
                "Com esses dados a conta passa do maior número que eu sei representar. Confira os "
                "números do enunciado."
            ) from None
    if not all(math.isfinite(number) for number in _numbers(solution.value)):
        raise SolverError(
            "O resultado não é um número finito: os dados são grandes ou pequenos demais. "
            "Confira os números do enunciado."
        )
    failed = [check.name for check in solution.checks if not check.passed]
    if failed:
        # A result whose own check fails is never shown.
        raise SolverError(
            f"Fiz a conta, mas a conferência falhou ({failed[0]}), por isso não mostro o "
            "resultado. Confira os números do enunciado (os muito grandes ou muito pequenos "
            "perdem precisão) e mande de novo."
        )
    corrections = statement.corrections if statement is not None else ()
    return replace(
        solution,
        assumptions=(*solution.assumptions, *corrections),
        remarks=solution.remarks or on_named_values(inputs, solution.value),
        example_id=solution.example_id or family.example_id,
        topic=solution.topic or family.topic,
    )


def _numbers(value: Json) -> Iterator[float]:
    if isinstance(value, list):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _numbers(item)
    elif isinstance(value, (int, float)):
        yield value
