# SPDX-License-Identifier: GPL-3.0-or-later
"""The page itself: one HTML file beside its pictures."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..figures import Figure, Json, Value
from ..report import Row
from .canvas import check_pillow
from .plots import draw_row
from .sheets import draw_sheet

_STYLE: Final = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 1240px; padding: 0 1em; color: #23262a }
table { border-collapse: collapse; margin: 1em 0 } td, th { padding: 3px 12px 3px 0; text-align: left; vertical-align: top }
tr { border-bottom: 1px solid #e6e8ea } td.number { text-align: right; white-space: nowrap }
.met { color: #228b3c } .missed { color: #c82d23 } .quiet { color: #7d8288 } img { max-width: 100% } pre { overflow: auto }
"""


def _value(value: Value, unit: str) -> str:
    if not math.isfinite(value.mean):
        return "none"
    interval = f' <span class="quiet">{value.low:.3g} to {value.high:.3g}</span>' if value.high > value.low else ""
    return f"{value.mean:.3g} {html.escape(unit)}{interval}"


def _line(figure: Figure) -> str:
    beside = "<br>".join(f"{html.escape(name)} {value.mean:.3g}" for name, value in figure.beside.items())
    asked = ""
    if figure.asked is not None:
        kind = {True: "met", False: "missed", None: "quiet"}[figure.met]
        asked = f'<span class="{kind}">{html.escape(figure.asked.words())}</span>'
    name = f'{html.escape(figure.name)}<br><span class="quiet">{html.escape(figure.on)}</span>'
    return f'<tr><td>{name}</td><td class="number">{_value(figure.value, figure.unit)}</td><td>{beside}</td><td>{asked}</td></tr>'


def _section(row: Row) -> str:
    lines = "\n".join(_line(figure) for figure in row.figures)
    pictures = "\n".join(
        f'<h3>{html.escape(sheet.title)}</h3><a href="{name}"><img src="{name}" alt="{html.escape(sheet.title)}"></a>'
        for sheet in row.sheets
        for name in [f"{row.name}_{sheet.name}.png"]
    )
    details = html.escape(json.dumps(row.json()["details"], indent=1))
    return f"""<h2 id="{row.name}">{html.escape(row.title)} <span class="quiet">{row.seconds:.0f} s</span></h2>
<img src="{row.name}.png" alt="plot">
<details><summary>as a table</summary>
<table><tr><th>figure</th><th>measured</th><th>beside</th><th>asked</th></tr>{lines}</table></details>
{pictures}
<details><summary>details</summary><pre>{details}</pre></details>"""


def write_page(rows: Sequence[Row], about: Json, folder: Path) -> Path:
    """Write plots, contact sheets and ``index.html`` into a folder and return the index.

    Raises:
        SmooError: ``pillow_missing``.
    """
    check_pillow()
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        draw_row(row, folder / f"{row.name}.png")
        for sheet in row.sheets:
            draw_sheet(sheet, folder / f"{row.name}_{sheet.name}.png")
    asked = [figure for row in rows for figure in row.figures if figure.asked is not None]
    met = sum(figure.met is True for figure in asked)
    links = " &middot; ".join(f'<a href="#{row.name}">{html.escape(row.title)}</a>' for row in rows)
    facts = "".join(f"<tr><td>{html.escape(str(k))}</td><td>{html.escape(str(v))}</td></tr>" for k, v in about.items())
    sections = "\n".join(_section(row) for row in rows)
    text = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>SMooGPT measured</title>
<style>{_STYLE}</style>
<h1>SMooGPT measured</h1>
<p>{met} of {len(asked)} figures with a target meet it. {links}</p>
<details><summary>what was measured, and with what</summary><table>{facts}</table></details>
{sections}
</html>
"""
    index = folder / "index.html"
    index.write_text(text, encoding="utf-8")
    return index
