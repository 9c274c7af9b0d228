"""Run a fuzz target: ``python -m fuzz TARGET [-max_total_time=900 ...]``.

Inputs that reach new code are saved in ``fuzz/corpus/TARGET``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["authwright"]):
    from fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"

if __name__ == "__main__":
    name, *options = sys.argv[1:]
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    atheris.Setup([sys.argv[0], *options, str(folder)], TARGETS[name])
    atheris.Fuzz()
