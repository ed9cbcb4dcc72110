# SPDX-License-Identifier: GPL-3.0-or-later
"""A cold start: ``python -m training.evaluate.cold [WEIGHTS]`` loads everything, generates once and prints JSON.

It imports what the server imports and no more, so that its memory is the server's.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Final

from server.networks.files import WEIGHTS_FOLDER
from server.pipeline import GenerateRequest, Pipeline

REQUEST: Final = GenerateRequest(content="a person walks forward", style="like an exhausted old man", seconds=4.0)


def peak_memory() -> float:
    """Return the most memory (GB) that this process has held; 0 where the platform does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * unit / 1e9


def main() -> None:
    """Run from the command line."""
    started = time.perf_counter()
    pipeline = Pipeline.load(weights=Path(sys.argv[1]) if len(sys.argv) > 1 else WEIGHTS_FOLDER)
    loaded = time.perf_counter() - started
    pipeline.generate(REQUEST)
    generated = time.perf_counter() - started - loaded
    sys.stdout.write(json.dumps({"load": loaded, "generate": generated, "memory": peak_memory()}) + "\n")


if __name__ == "__main__":
    main()
