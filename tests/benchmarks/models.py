# SPDX-License-Identifier: GPL-3.0-or-later
"""Every figure of the trained models beside real data, as JSON; the ruler itself is ``training.evaluate``.

PY tests/benchmarks/models.py [--data PREPARED] [--json F.json] [--page FOLDER] [--rows NAME,NAME] [--share 0.1]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from training.evaluate.__main__ import main

if __name__ == "__main__":
    main()
