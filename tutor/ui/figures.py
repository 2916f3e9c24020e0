"""Figure -> HTML that we build ourselves: tables and bars, and one small SVG for lines.

Every label is escaped; a figure whose data is not as expected is not drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from tutor.records import Figure, Json
from tutor.ui import strings
from tutor.ui.markdown import plain

MAX_CELLS = 1024  # larger matrices are of no use in a panel
MAX_POINTS = 400
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 300, 170, 44, 8, 8, 28


class BadFigure(ValueError):
    """The figure's data cannot be drawn."""


def html(figure: Figure) -> str:
    """The figure as one line of HTML; raises BadFigure."""
    body = _DRAW[figure.kind](figure.data)
    return f'<figure class="figure"><figcaption>{plain(figure.title)}</figcaption>{body}</figure>'


# ---------------------------------------------------------------- reading the data


def _list(data: Mapping[str, Json], name: str) -> list[Json]:
    value = data.get(name)
    if not isinstance(value, list):
        raise BadFigure(f"{name} is not a list")
    return value


def _number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadFigure(f"{value!r} is not a finite number")
    return float(value)


def _numbers(value: Json) -> list[float]:
    if not isinstance(value, list) or len(value) > MAX_POINTS:
        raise BadFigure("not a list of numbers, or too long a one")
    return [_number(each) for each in value]


def number(value: float) -> str:
    """At most four significant digits, with a decimal comma."""
    return f"{value:.4g}".replace(".", ",")


def _text(value: Json) -> str:
    return number(value) if isinstance(value, float) else plain(str(value))


# ---------------------------------------------------------------------- the kinds


def _table(data: Mapping[str, Json]) -> str:
    columns, rows = _list(data, "columns"), _list(data, "rows")
    if len(columns) * len(rows) > MAX_CELLS:
        raise BadFigure("the table is too large")
    head = "".join(f'<th scope="col">{_text(column)}</th>' for column in columns)
    body = ""
    for row in rows:
        if not isinstance(row, list):
            raise BadFigure("a row is not a list")
        body += "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>"
    return _scroll(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def _heatmap(data: Mapping[str, Json]) -> str:
    """A table whose cells are tinted: it reads the same without colours."""
    rows, columns = _list(data, "rows"), _list(data, "columns")
    values = [_numbers(row) for row in _list(data, "values")]
    if len(rows) * len(columns) > MAX_CELLS or len(values) != len(rows):
        raise BadFigure("the heatmap is too large or its sizes differ")
    flat = [value for row in values for value in row]
    low, high = min(flat, default=0.0), max(flat, default=1.0)
    head = "<td></td>" + "".join(f'<th scope="col">{_text(column)}</th>' for column in columns)
    body = ""
    for label, row in zip(rows, values, strict=True):
        cells = "".join(
            f'<td class="heat heat-{_tint(value, low, high)}">{number(value)}</td>' for value in row
        )
        body += f'<tr><th scope="row">{_text(label)}</th>{cells}</tr>'
    return _scroll(f'<table class="heatmap"><tr>{head}</tr>{body}</table>')


def _tint(value: float, low: float, high: float) -> int:
    """0 (lowest) to 9 (highest)."""
    return 0 if high <= low else min(9, int(10 * (value - low) / (high - low)))


def _bars(data: Mapping[str, Json]) -> str:
    labels, values = _list(data, "labels"), _numbers(data.get("values"))
    if len(labels) != len(values):
        raise BadFigure("labels and values differ in number")
    longest = max((abs(value) for value in values), default=0.0) or 1.0
    rows = "".join(
        f'<tr><th scope="row">{_text(label)}</th>'
        f'<td class="bar-cell"><div class="bar" style="width:{100 * abs(value) / longest:.1f}%">'
        f"</div></td><td>{number(value)}</td></tr>"
        for label, value in zip(labels, values, strict=True)
    )
    return f'<table class="bars">{rows}</table>'


def _lines(data: Mapping[str, Json]) -> str:
    x = _numbers(data.get("x"))
    series: list[tuple[str, list[float]]] = []
    for each in _list(data, "series"):
        if not isinstance(each, dict):
            raise BadFigure("a series is not an object")
        series.append((str(each.get("name", "")), _numbers(each.get("values"))))
    points = [value for _, values in series for value in values]
    if len(x) < 2 or not points or any(len(values) != len(x) for _, values in series):
        raise BadFigure("the series differ in length or are too short")
    across = _scale(min(x), max(x), _LEFT, _WIDTH - _RIGHT)
    up = _scale(min(points), max(points), _HEIGHT - _BOTTOM, _TOP)
    drawn = ""
    for index, (_, values) in enumerate(series):
        path = " ".join(f"{across(a):.1f},{up(b):.1f}" for a, b in zip(x, values, strict=True))
        drawn += f'<polyline class="line line-{index % 6}" fill="none" points="{path}"></polyline>'
    base = _HEIGHT - _BOTTOM
    axes = (
        f'<path class="axis" d="M{_LEFT} {_TOP}V{base}H{_WIDTH - _RIGHT}" fill="none"></path>'
        f'<text x="{_LEFT - 4}" y="{base}" text-anchor="end">{number(min(points))}</text>'
        f'<text x="{_LEFT - 4}" y="{_TOP + 9}" text-anchor="end">{number(max(points))}</text>'
        f'<text x="{_LEFT}" y="{_HEIGHT - 12}">{number(min(x))}</text>'
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 12}" text-anchor="end">{number(max(x))}</text>'
        f'<text x="{(_LEFT + _WIDTH) // 2}" y="{_HEIGHT - 2}" text-anchor="middle">'
        f"{plain(str(data.get('x_label', '')))}</text>"
    )
    legend = "".join(
        f'<li class="line-{i % 6}"><span>{plain(name)}</span></li>'
        for i, (name, _) in enumerate(series)
    )
    rows: list[Json] = [[a, *(values[i] for _, values in series)] for i, a in enumerate(x)]
    columns: list[Json] = [str(data.get("x_label", "x")), *(name for name, _ in series)]
    table = _table({"columns": columns, "rows": rows[:40]})
    return (
        f'<svg class="lines" width="{_WIDTH}" height="{_HEIGHT}">{axes}{drawn}</svg>'
        f'<ul class="legend">{legend}</ul>'
        f"<details><summary>{strings.FIGURE_VALUES}</summary>{table}</details>"
    )


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    span = (high - low) or 1.0
    return lambda value: start + (end - start) * (value - low) / span


def _tree(data: Mapping[str, Json]) -> str:
    """A forest of [label, left child or null, right child or null] as nested lists."""
    nodes = _list(data, "nodes")
    if len(nodes) > MAX_CELLS:
        raise BadFigure("the tree is too large")

    def draw(index: Json, depth: int) -> str:
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(nodes):
            raise BadFigure(f"{index!r} is not a node")
        node = nodes[index]
        if not isinstance(node, list) or len(node) != 3 or depth > 40:
            raise BadFigure("a node is not [label, left, right], or the tree is too deep")
        children = "".join(draw(child, depth + 1) for child in node[1:] if child is not None)
        below = f"<ul>{children}</ul>" if children else ""
        return f"<li><code>{plain(str(node[0]))}</code>{below}</li>"

    return f'<ul class="tree">{"".join(draw(root, 0) for root in _list(data, "roots"))}</ul>'


def _scroll(table: str) -> str:
    return f'<div class="scroll" tabindex="0">{table}</div>'


_DRAW: Mapping[str, Callable[[Mapping[str, Json]], str]] = {
    "heatmap": _heatmap,
    "lines": _lines,
    "bars": _bars,
    "table": _table,
    "tree": _tree,
}
KINDS = frozenset(_DRAW)
