"""Types: the package, code that users write, and every example of the documentation, for mypy and pyright."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.documented import write_modules

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PYRIGHT = ROOT / "tests" / "contract" / "node" / "node_modules" / "pyright" / "index.js"


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a type checker, and return what it prints if it fails, else nothing."""
    # pyright finds installed packages through `python`, and the package itself through the path of Python.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def pyright(*arguments: str | Path, cwd: Path = ROOT) -> str:
    if not PYRIGHT.is_file():
        pytest.skip("The npm packages are missing: npm install in tests/contract/node")
    return run("node", PYRIGHT, *arguments, cwd=cwd)


def strict_config(folder: Path, checked: Path, **rules: str) -> Path:
    """Write a strict configuration of pyright for the folder *checked* to *folder*."""
    config = folder / "pyrightconfig.json"
    # pyright ignores absolute paths here.
    include = [os.path.relpath(checked, folder)]
    config.write_text(json.dumps({"typeCheckingMode": "strict", "include": include, **rules}))
    return config


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all Python of the documentation."""
    folder = tmp_path_factory.mktemp("documented")
    write_modules(PAGES, ROOT, folder)
    return folder


def test_mypy_accepts_every_example_of_the_documentation(documented: Path) -> None:
    assert run(sys.executable, "-m", "mypy", documented) == ""


def test_pyright_accepts_every_example_of_the_documentation(documented: Path) -> None:
    # The first block of a page imports names for later blocks.
    assert pyright("-p", strict_config(documented, documented, reportUnusedImport="none")) == ""


def test_mypy_accepts_valid_code_and_rejects_mistakes() -> None:
    """An unused ``type: ignore`` in ``tests/typing_tests`` is an error that should have been reported."""
    assert run(sys.executable, "-m", "mypy", "tests/typing_tests") == ""


def test_pyright_accepts_valid_code_and_rejects_mistakes(tmp_path: Path) -> None:
    rules = {"reportUnnecessaryTypeIgnoreComment": "error"}
    assert pyright("-p", strict_config(tmp_path, ROOT / "tests" / "typing_tests", **rules)) == ""


def test_every_public_name_has_a_known_type(tmp_path: Path) -> None:
    # pyright looks for an installed package, so not in the folder that contains the source.
    assert pyright("--verifytypes", "authwright", "--ignoreexternal", cwd=tmp_path) == ""
