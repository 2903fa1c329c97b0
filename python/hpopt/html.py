"""How a study looks in a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hpopt.study import Study

_SHOWN = 10  # of the best trials


def study_html(study: Study) -> str:
    """What it came to so far, and a table of its best trials."""
    summary = study.summary()
    head = f"<b>{escape(study.name)}</b>: {escape(summary.brief())}"
    scored = [(each.score, each) for each in study.trials if each.score is not None]
    if not scored:
        return f"<p>{head}</p>"
    scored.sort(key=lambda pair: pair[0], reverse=study.maximize)
    shown = [each for _, each in scored[:_SHOWN]]
    names = list(dict.fromkeys(name for each in shown for name in each.params))
    rows = [_row("th", ["trial", "score", "state", *names])]
    for each in shown:
        values = [each.params.get(name, "") for name in names]
        rows.append(_row("td", [each.number, each.score, each.state, *values]))
    return f"<p>{head}</p><table>{''.join(rows)}</table>"


def _row(tag: str, cells: list[Any]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(_text(cell))}</{tag}>" for cell in cells) + "</tr>"


def _text(cell: Any) -> str:
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)
