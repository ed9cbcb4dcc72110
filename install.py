#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Set-up, demonstration and tests of SMooGPT: ``python install.py [demo|test|python]``.

This file alone runs on old Pythons too, so that they can be told what to install; the work is in ``installer/``.
"""

import os
import sys

_OLDEST = (3, 9)


def main():
    """Check the interpreter, then hand over."""
    if sys.version_info < _OLDEST:
        sys.stderr.write("SMooGPT needs CPython 3.11 or 3.13. Install one of them and run it with this file.\n")
        return 2
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from installer.commands import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
