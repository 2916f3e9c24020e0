"""Plots as inline SVG, without a library: bars, a heatmap, curves."""

from __future__ import annotations

from html import escape

from eval.results import Plot

INK, FILL = "#1f2933", "#2f6f9f"
COLOURS = (FILL, "#b4531f", "#3d7a3a", "#7a3d78")


def svg(plot: Plot) -> str:
    return {"heatmap": _heatmap, "bars": _bars, "curves": _curves}[plot.kind](plot)


def _bars(plot: Plot) -> str:
    values = [0.0 if v != v else v for v in plot.values[0]]
    top = max([*values, 1e-9])
    step, height, left = max(18, min(60, 860 // max(1, len(values)))), 180, 50
    below = 24 + 6 * max((len(name) for name in plot.columns), default=0)
    width = left + step * len(values) + 10
    parts = [_open(width, height + below + 30, plot.title)]
    for tick in (0.0, 0.5, 1.0):
        y = 20 + height * (1 - tick)
        parts.append(f'<line x1="{left}" x2="{width}" y1="{y:.0f}" y2="{y:.0f}" stroke="#d5dce3"/>')
        parts.append(_text(left - 6, y + 4, f"{tick * top:.3g}", "end"))
    for i, (name, value) in enumerate(zip(plot.columns, values, strict=True)):
        x, tall = left + i * step, height * value / top
        label = escape(f"{name}: {value:.3g} {plot.unit}")
        parts.append(
            f'<rect x="{x + 2}" y="{20 + height - tall:.1f}" width="{step - 4}" '
            f'height="{tall:.1f}" fill="{FILL}"><title>{label}</title></rect>'
        )
        parts.append(_slanted(x + step / 2 + 3, height + 34, name))
    return "".join([*parts, "</svg>"])


def _heatmap(plot: Plot) -> str:
    cell, left, above = 34, 190, 24
    width, height = left + cell * len(plot.columns) + 60, above + cell * len(plot.rows) + 130
    parts = [_open(width, height, plot.title)]
    for r, (name, row) in enumerate(zip(plot.rows, plot.values, strict=True)):
        y, total = above + r * cell, sum(row) or 1.0
        parts.append(_text(left - 6, y + cell * 0.62, name, "end"))
        for c, value in enumerate(row):
            x, share = left + c * cell, value / total
            label = escape(f"{name} → {plot.columns[c]}: {value:g}")
            parts.append(
                f'<rect x="{x}" y="{y}" width="{cell - 1}" height="{cell - 1}" fill="{FILL}" '
                f'fill-opacity="{0.04 + 0.96 * share:.2f}"><title>{label}</title></rect>'
            )
            if value:
                ink = "#ffffff" if share > 0.5 else INK
                parts.append(_text(x + cell / 2, y + cell * 0.62, f"{value:g}", "middle", ink))
    for c, name in enumerate(plot.columns):
        parts.append(_slanted(left + c * cell + cell / 2, above + cell * len(plot.rows) + 12, name))
    return "".join([*parts, "</svg>"])


def _curves(plot: Plot) -> str:
    side, left, above = 300, 60, 14
    parts = [_open(left + side + 170, above + side + 50, plot.title)]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = left + side * tick, above + side * (1 - tick)
        for x2, y2, x1, y1 in ((left + side, y, left, y), (x, above, x, above + side)):
            line = f'x1="{x1:.0f}" x2="{x2:.0f}" y1="{y1:.0f}" y2="{y2:.0f}"'
            parts.append(f'<line {line} stroke="#d5dce3"/>')
        parts.append(_text(left - 6, y + 4, f"{tick:g}", "end"))
        parts.append(_text(x, above + side + 16, f"{tick:g}", "middle"))
    for c, name in enumerate(plot.rows):
        colour = COLOURS[c % len(COLOURS)]
        points = [
            (left + side * x, above + side * (1 - y))
            for x, y in zip(plot.values[2 * c], plot.values[2 * c + 1], strict=True)
            if x == x and y == y  # a curve of no cases has no points
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{colour}"/>' for x, y in points]
        parts.append(_text(left + side + 14, above + 14 + 18 * c, name, "start", colour))
    parts.append(_text(left + side / 2, above + side + 36, plot.columns[0], "middle"))
    parts.append(_text(left, above - 3, plot.columns[1], "start"))
    return "".join([*parts, "</svg>"])


def _open(width: float, height: float, title: str) -> str:
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" font-family="sans-serif" font-size="11">'
    )


def _text(x: float, y: float, text: str, anchor: str, ink: str = INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink}">{escape(text)}</text>'
    )


def _slanted(x: float, y: float, text: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="end" fill="{INK}" '
        f'transform="rotate(-55 {x:.1f} {y:.1f})">{escape(text)}</text>'
    )
