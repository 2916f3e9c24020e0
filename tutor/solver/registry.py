"""Which family answers a text, and how a follow-up changes the problem before it."""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Exercise, Json, Problem, Solution
from tutor.solver.claims import on_named_values
from tutor.solver.fields import Statement
from tutor.solver.inputs import CLAIMED, Inputs
from tutor.solver.listed import question_in
from tutor.solver.numbers import MAX_CHARACTERS, check_size

# One file a family group, in this package; each has FAMILIES: tuple[Family, ...].
MODULES = (
    "softmax",
    "losses",
    "binary",
    "activations",
    "perplexity",
    "divergences",
    "tokenization",
    "attention",
    "optimizers",
    "averages",
    "networks",
    "padding",
    "dense",
    "grids",
    "skip",
    "validation",
    "metrics",
    "positional",
    "heads",
    "words",
)

_NO_DATA = frozenset({"assumptions", "functions", "classes", "words", "asked", "measures"})
# "passo a passo" without any data is a question about the method.
_HOW_TO = re.compile(r"\b(?:passo a passo|roteiro|como se|de que maneira|em que etapa)\b")
_ASSIGNED = re.compile(r"\w\s?[=:]\s?-?\d")
_EXERCISE = re.compile(
    r"^\W*(?:ger[ea]|list[ea]|divid[ae]|mont[ea]|separ[ea]|consider[ea]|dad[oa]s?|use|usando|"
    r"tamanho|parametros|pares|given|let|conv\w*|camada)\b|(?:tamanho|parametros|saida|total)\W*\?|"
    r"\b(?:qual|quais|what)(?: \w+){1,4}\W*$"
)
# A longer text that is not mostly numbers is no statement of an exercise.
LONG_TEXT = 4_000
_NUMERIC = frozenset("0123456789.,;-[]() \n")
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
        return _solve(text, previous)
    except MissingData as error:
        if isinstance(error.problem, Problem):
            marked = {**error.problem.inputs, PENDING: True}
            raise MissingData(str(error), replace(error.problem, inputs=marked)) from None
        raise


def _solve(text: str, previous: Problem | None) -> Solution | None:
    if len(text) > MAX_CHARACTERS and not any(character.isdigit() for character in text):
        return None
    check_size(text)
    if len(text) > LONG_TEXT and sum(each in _NUMERIC for each in text) < 0.8 * len(text):
        return None
    statement = Statement(text)
    named = question_in(statement.folded, bool(statement.arrays))
    if named is not None and not statement.arrays:
        # "na questão 2, e se a classe for volks?": None where the text changes nothing of it.
        solution = _solve_revised(statement, named)
        if solution is not None:
            return solution
    previous = named or previous
    follow_up = previous is not None and statement.opens_as_follow_up
    missing: MissingData | None = None
    if not follow_up:
        try:
            solution = _solve_new(statement, previous)
        except MissingData as error:
            if previous is None:
                raise
            missing = error
        else:
            if solution is not None:
                return solution
    if previous is not None:
        solution = _solve_revised(statement, previous)
        if solution is not None:
            return solution
    if follow_up:
        solution = _solve_new(statement, previous)
        if solution is not None:
            return solution
    if missing is not None:
        raise missing
    return None if previous is None else _solve_adopting(statement, previous)


def exercise(kind: str, seed: int) -> Exercise:
    """A new exercise of a family with its worked solution; the same seed gives the same one."""
    family = family_of(kind)
    if family is None:
        known = ", ".join(sorted(each.kind for each in families()))
        raise SolverError(f"Não conheço o tipo de exercício “{kind}”. Os que conheço: {known}.")
    statement, inputs = family.exercise(Random(f"{kind}/{seed}"))
    return Exercise(kind, seed, statement, _finish(family, inputs, None))


def _solve_new(statement: Statement, previous: Problem | None) -> Solution | None:
    if statement.asks_idea or (_is_prose(statement) and len(statement.folded.split()) > 10):
        return None
    scored = [(family.match(statement), family) for family in families()]
    scored = [pair for pair in scored if pair[0] > 0]
    for _, family in sorted(scored, key=lambda pair: -pair[0]):
        inputs = _adopted(family, statement, previous) if statement.refers_back else None
        if inputs is None:
            try:
                inputs = family.parse(statement, None)
            except MissingData as error:
                inputs = _adopted(family, statement, previous)
                if inputs is None and _gives_data(statement, error):
                    raise
            except SolverError as error:
                # "o teste fica com 1 exemplo só??" orders nothing that could be wrong.
                if _gives_data(statement, error):
                    raise
        if inputs is not None:
            return _finish(family, inputs, statement)
    return None


def _is_prose(statement: Statement) -> bool:
    """A longer message with a number or two in it that asks for no result."""
    data = statement.gives_list or '"' in statement.text or "'" in statement.text
    asks = statement.asks_quantity or statement.asks_value
    if data or asks or _EXERCISE.search(statement.folded):
        return False
    return len(statement.values) < 3 and not any(mark in statement.text for mark in "=#+@:")


def _gives_data(statement: Statement, error: SolverError) -> bool:
    """Worth a question back: some data was given, or a computation was clearly ordered."""
    if statement.gives_list or len(_ASSIGNED.findall(statement.folded)) > 1:
        return not statement.asks_concept or statement.asks_quantity
    quoted = '"' in statement.text or "'" in statement.text
    if statement.asks_concept or _HOW_TO.search(statement.folded):
        return False
    if statement.orders or (statement.asks_quantity and (statement.scalars or quoted)):
        return True
    if not isinstance(error, MissingData):
        return not _is_prose(statement)
    given = error.problem.inputs if isinstance(error.problem, Problem) else {}
    brief = len(statement.folded.split()) <= 10 and "?" not in statement.text
    return (brief or statement.asks_quantity) and any(
        isinstance(given.get(key), (list, dict)) for key in given if key not in _NO_DATA
    )


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
    inputs = family.parse(statement, _without_claim(previous.inputs))
    if inputs is None:
        if statement.claim is None or PENDING in previous.inputs:
            return None
        inputs = _without_claim(previous.inputs)
    return _finish(family, inputs, statement)


def _without_claim(inputs: Inputs) -> dict[str, Json]:
    """What the next message may change: the data, without the marks of this module."""
    return {key: value for key, value in inputs.items() if key not in (CLAIMED, PENDING)}


def _finish(family: Family, inputs: Inputs, statement: Statement | None) -> Solution:
    if statement is not None and statement.claim is not None:
        inputs = {**inputs, CLAIMED: statement.claim.text}
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        solution = family.solve(inputs)
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
    return replace(
        solution,
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
