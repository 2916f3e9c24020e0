"""The figure of a BPE tokenization: how the merges build each word."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.records import Figure, Json
from tutor.solver.format import listing
from tutor.solver.merges import Pair, bpe

_TREE_NODES = 400
_TREE_DEPTH = 40  # of what the interface draws


def merge_tree(words: Sequence[tuple[str, list[str]]], merges: Sequence[Pair]) -> Figure | None:
    """The merges of each word as nodes: [label, left child or null, right child or null]."""
    nodes: list[Json] = []
    roots: list[Json] = []
    drawn: list[str] = []
    for word, symbols in words:
        if len(nodes) + 2 * len(symbols) > _TREE_NODES:
            break
        tree = _Tree(nodes, symbols)
        for rank, _state in bpe(symbols, merges)[1]:
            tree.merge(merges[rank])
        if tree.depth > _TREE_DEPTH:
            return None
        roots.extend(tree.roots)
        drawn.append(f"“{word}”")
    title = f"Merges de {listing(drawn)}"
    return Figure("tree", title, {"nodes": nodes, "roots": roots}) if drawn else None


class _Tree:
    """The roots of one word among the nodes of the figure, lowest level first."""

    def __init__(self, nodes: list[Json], symbols: Sequence[str]) -> None:
        self._nodes = nodes
        self._level = dict.fromkeys(range(len(nodes), len(nodes) + len(symbols)), 1)
        self._label = dict(zip(self._level, symbols, strict=True))
        self.roots = list(self._level)
        nodes.extend([symbol, None, None] for symbol in symbols)

    @property
    def depth(self) -> int:
        return max(self._level.values(), default=0)

    def merge(self, pair: Pair) -> None:
        """Every occurrence of the pair, from left to right, gets a node above its two."""
        joined: list[int] = []
        index = 0
        while index < len(self.roots):
            left, *right = self.roots[index : index + 2]
            if right and (self._label[left], self._label[right[0]]) == pair:
                above = len(self._nodes)
                self._nodes.append(["".join(pair), left, right[0]])
                self._label[above] = "".join(pair)
                self._level[above] = 1 + max(self._level[left], self._level[right[0]])
                joined.append(above)
                index += 2
            else:
                joined.append(left)
                index += 1
        self.roots = joined
