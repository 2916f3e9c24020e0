"""A solution as Markdown: result first, then the steps, the checks and what was assumed."""

from __future__ import annotations

from tutor.records import Solution


def worked(solution: Solution) -> str:
    parts = [f"**{solution.title}**", solution.result]
    parts += [f"**{i}. {step.title}**\n\n{step.text}" for i, step in enumerate(solution.steps, 1)]
    passed = [check for check in solution.checks if check.passed]
    if passed:
        lines = "\n".join(f"- {check.name}: {check.detail}" for check in passed)
        parts.append(f"**Conferência**\n\n{lines}")
    if solution.assumptions:
        lines = "\n".join(f"- {assumption}" for assumption in solution.assumptions)
        parts.append(f"**O que assumi**\n\n{lines}")
    parts += solution.remarks
    return "\n\n".join(parts)
