"""A run as JSON: the rates, figures and tables that reports and the README are made from."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.metrics import wilson
from eval.run import Run


def of(run: Run) -> dict[str, Any]:
    return {
        "stamp": dict(run.stamp),
        "seed": run.options.seed,
        "k": run.options.k,
        "limit": run.options.limit,
        "errors": run.errors,
        "left out": dict(run.left_out),
        "contaminated": [m.case for m in run.contaminated],
        "suites": {
            suite.title: {
                "note": suite.note,
                "headline": suite.headline,
                "items": len(suite.items),
                "errors": [item.id for item in suite.errors],
                "failed": [item.id for item in suite.worst],
                "rates": {name: _rate(r.passed, r.total) for name, r in suite.rates.items()},
                "figures": {
                    n: None if math.isnan(v) else round(v, 4) for n, v in suite.figures.items()
                },
                "tables": {t.title: {"header": t.header, "rows": t.rows} for t in suite.tables},
            }
            for suite in run.suites
        },
    }


def _rate(passed: int, total: int) -> dict[str, Any]:
    low, high = wilson(passed, total)
    return {"passed": passed, "total": total, "interval": [round(low, 4), round(high, 4)]}


def write(path: Path, summary: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
