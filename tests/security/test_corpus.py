"""The inputs that the fuzzer kept are parsed again: each is either accepted or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzz.targets import TARGETS

CORPUS = Path(__file__).parents[2] / "fuzz" / "corpus"
INPUTS = sorted(CORPUS.glob("*/*"))


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: f"{file.parent.name}/{file.name[:12]}")
def test_an_input_of_the_corpus_causes_no_unexpected_exception(file: Path) -> None:
    TARGETS[file.parent.name](file.read_bytes())


def test_each_target_has_inputs() -> None:
    assert {file.parent.name for file in INPUTS} == TARGETS.keys()
