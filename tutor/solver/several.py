"""Several results of one problem, each worked by its own family: "as probabilidades e a perda"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tutor.records import Json, Problem, Solution, Step
from tutor.solver.fields import Statement
from tutor.solver.inputs import CLAIMED, Inputs

KIND = "several_results"
# Name of the result (a key of the answer), kind of its family, inputs of that family.
Part = tuple[str, str, dict[str, Json]]


def pack(parts: Sequence[Part]) -> dict[str, Json]:
    return {"parts": [[name, kind, inputs] for name, kind, inputs in parts]}


def unpack(inputs: Inputs) -> list[Part]:
    found: list[Part] = []
    parts = inputs.get("parts")
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, list) and len(part) == 3 and isinstance(part[2], dict):
            found.append((str(part[0]), str(part[1]), part[2]))
    return found


def revise(statement: Statement, previous: Inputs) -> dict[str, Json] | None:
    """What a follow-up changes of each part; None where it changes none."""
    from tutor.solver.registry import family_of

    changed = False
    parts: list[Part] = []
    for name, kind, inputs in unpack(previous):
        family = family_of(kind)
        revised = family.parse(statement, inputs) if family is not None else None
        changed = changed or revised is not None
        parts.append((name, kind, revised if revised is not None else inputs))
    return pack(parts) if changed else None


def solve(inputs: Inputs) -> Solution:
    """One part is its family's own solution; several give a value by name."""
    from tutor.solver.registry import family_of

    solutions: list[tuple[str, Solution]] = []
    claim = {CLAIMED: inputs[CLAIMED]} if CLAIMED in inputs else {}
    parts = unpack(inputs)
    for name, kind, own in parts:
        family = family_of(kind)
        if family is None:
            raise ValueError(kind)
        one = {**own, **claim} if len(parts) == 1 else own
        solution = family.solve(one)
        solutions.append(
            (
                name,
                replace(
                    solution,
                    topic=solution.topic or family.topic,
                    example_id=solution.example_id or family.example_id,
                ),
            )
        )
    return solutions[0][1] if len(solutions) == 1 else _joined(inputs, solutions)


def _joined(inputs: Inputs, solutions: Sequence[tuple[str, Solution]]) -> Solution:
    each = [solution for _, solution in solutions]
    steps: list[Step] = []
    for name, solution in solutions:
        for step in solution.steps:
            if all(step.text != known.text for known in steps):
                steps.append(replace(step, title=f"{step.title} — {name}"))
    value: dict[str, Json] = {name: solution.value for name, solution in solutions}
    return replace(
        each[-1],
        problem=Problem(KIND, {key: v for key, v in inputs.items() if key != CLAIMED}),
        title="; ".join(dict.fromkeys(solution.title for solution in each)),
        result="\n\n".join(f"**{name}:** {solution.result}" for name, solution in solutions),
        value=value,
        steps=tuple(steps),
        checks=tuple(
            replace(check, name=f"{check.name} — {name}")
            for name, solution in solutions
            for check in solution.checks
        ),
        assumptions=tuple(dict.fromkeys(a for solution in each for a in solution.assumptions)),
        remarks=(),
        figure=next((s.figure for s in each if s.figure is not None), None),
    )
