# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the trained models: ``python -m training.evaluate --json F.json [--page FOLDER] [--rows tokenizer,obedience]``.

Prints every figure as JSON, beside real data; ``--page`` draws plots and contact sheets with an index in HTML.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

import torch

from server.errors import SmooError
from server.home import training_folder
from server.networks.files import WEIGHTS_FOLDER
from server.pipeline import GenerateRequest

from .figures import Json
from .measuring import measure, measure_apart, sizes_of
from .report import report_json
from .rows import ROWS
from .session import Sizes


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--data", type=Path, default=training_folder() / "prepared", help="folder made by training.prepare")
    add(
        "--also", type=Path, action="append", default=[], help="further prepared clips for the tokenizer, such as edits"
    )
    add("--weights", type=Path, default=WEIGHTS_FOLDER, help="folder of the models to be measured")
    add("--json", type=Path, help="write the figures here as well")
    add("--page", type=Path, help="folder for plots, contact sheets and index.html")
    add("--rows", default=",".join(ROWS), help=f"which to measure, of {', '.join(ROWS)}")
    add("--seeds", type=int, default=3, help="how often generated figures are repeated")
    add("--share", type=float, default=1.0, help="of the usual sample sizes, for a quick look")
    add("--temperature", type=float, default=GenerateRequest.temperature)
    add("--guidance", type=float, default=GenerateRequest.guidance)
    add("--drafts", type=int, default=GenerateRequest.drafts, help="a take; 1 shows what is drawn without a choice")
    add("--processes", type=int, choices=(1, 2), default=2, help="in which rows are measured side by side")
    add("--no-memory", action="store_true", help="the language model without its memory of entries")
    return parser.parse_args()


def _about(given: argparse.Namespace, sizes: Sizes) -> Json:
    """Return what the figures were measured with."""
    return {
        "data": str(given.data),
        "also": [str(folder) for folder in given.also],
        "weights": str(given.weights),
        "seeds": given.seeds,
        "sizes": {name: getattr(sizes, name) for name in sizes.__dataclass_fields__},
        "temperature": given.temperature,
        "guidance": given.guidance,
        "drafts": given.drafts,
        "memory_of_entries": not given.no_memory,
        "torch": version("torch"),
        "threads": torch.get_num_threads(),
        "cores": os.cpu_count(),
    }


def run(given: argparse.Namespace) -> Json:
    """Measure, draw and return the report.

    Raises:
        SmooError: weights are missing, or there is nothing to draw with.
    """
    if given.page is not None:
        from .page.canvas import check_pillow

        check_pillow()
    started, names = time.monotonic(), given.rows.split(",")
    rows = measure(given, names) if given.processes == 1 else measure_apart(given, names)
    about = _about(given, sizes_of(given))
    if given.page is not None:
        from .page import write_page

        drawing = time.monotonic()
        write_page(rows, about, given.page)
        about["seconds_drawing"] = round(time.monotonic() - drawing, 1)
    worked = sum(row.processor_seconds for row in rows)
    about |= {"seconds": round(time.monotonic() - started, 1), "processor_seconds": round(worked, 1)}
    return report_json(rows, about)


def main() -> None:
    """Run from the command line."""
    given = _arguments()
    unknown = [name for name in given.rows.split(",") if name not in ROWS]
    if unknown:
        raise SystemExit(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    try:
        report = run(given)
    except SmooError as error:
        raise SystemExit(error.message) from error
    text = json.dumps(report, indent=1)
    if given.json:
        given.json.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
