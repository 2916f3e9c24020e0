"""What a message says of a classifier's output, as `classification.read` fills it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tutor.solver.numbers import Value

# "as probabilidades foram 0,7 …": the name of the data is no wish
_OWN_CUE = re.compile(r"\b(?:probabilidades?|probs?)\W*(?:(?:foram|sao|eram|de)\W*)?$")


@dataclass
class Reading:
    """What a message says of a classifier's output."""

    rows: list[list[float]] = field(default_factory=list)
    role: str = ""
    classes: list[str] = field(default_factory=list)
    # A class for each row, or a distribution for the only one.
    targets: list[int] = field(default_factory=list)
    soft: list[list[float]] = field(default_factory=list)
    temperatures: list[float] = field(default_factory=list)
    smoothing: float | None = None
    base: float | None = None
    losses: list[float] = field(default_factory=list)
    right: list[float] = field(default_factory=list)  # probabilities of the right class
    notes: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)  # of the data
    unused: list[Value] = field(default_factory=list)
    unknown: str = ""  # a true class that is not in the list
    batch: bool = False
    separate: bool = False  # the rows are no batch: each has its own result
    bases: list[float] = field(default_factory=list)  # where several are asked

    @property
    def size(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    @property
    def sums_to_one(self) -> bool:
        return all(
            all(0 <= p <= 1 for p in row) and abs(sum(row) - 1) <= 0.011 for row in self.rows
        )

    def outside(self, folded: str) -> str:
        """The text with the data blanked out."""
        for start, end in self.spans:
            cue = _OWN_CUE.search(folded, max(0, start - 40), start)
            start = cue.start() if cue is not None else start
            folded = folded[:start] + " " * (end - start) + folded[end:]
        return folded
