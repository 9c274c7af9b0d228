"""Project rules that a program can check: exports, file sizes, imports, pinned versions and skipped tests."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src"
FILES = sorted((SRC / "authwright").rglob("*.py"))
LINE_LIMIT = 400


def module_name(file: Path) -> str:
    parts = file.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(file): ast.parse(file.read_text()) for file in FILES}
EXPORTING = [
    name
    for name, tree in MODULES.items()
    if any(isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" for node in tree.body)
]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a Python command in the repository, and capture its output as text."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def module(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The imported module. Modules for the browser get an empty ``js`` module, and those for Django its settings."""
    monkeypatch.setitem(sys.modules, "js", ModuleType("js"))
    if ".django" in request.param:
        importlib.import_module("support.django_site").configure()
    return importlib.import_module(request.param)


@pytest.mark.parametrize("module", EXPORTING, indirect=True)
def test_every_exported_name_exists_once(module: ModuleType) -> None:
    assert len(set(module.__all__)) == len(module.__all__)
    assert [export for export in module.__all__ if not hasattr(module, export)] == []


@pytest.mark.parametrize("module", EXPORTING, indirect=True)
def test_a_module_with_all_exports_every_public_name_that_it_defines(module: ModuleType) -> None:
    public = {key: value for key, value in vars(module).items() if not key.startswith("_")}
    functions_and_classes = {
        key for key, value in public.items() if inspect.isfunction(value) or inspect.isclass(value)
    }
    defined = {key for key in functions_and_classes if public[key].__module__ == module.__name__}
    assert defined <= set(module.__all__)


def test_every_module_that_is_not_empty_has_a_docstring() -> None:
    assert [name for name, tree in MODULES.items() if tree.body and not ast.get_docstring(tree)] == []


@pytest.mark.parametrize("folder", ["src", "tests"])
def test_no_file_is_longer_than_the_limit(folder: str) -> None:
    files = [file for file in (ROOT / folder).rglob("*.py") if "node_modules" not in file.parts]
    sizes = {str(file): file.read_text().count("\n") for file in files}
    assert {file: lines for file, lines in sizes.items() if lines > LINE_LIMIT} == {}


def test_imports_only_point_down() -> None:
    checked = run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-logo'])")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_package_and_its_errors_only_import_what_micropython_has() -> None:
    # MicroPython has none of these modules, and the isolated interpreter imports none of them itself.
    missing_there = "{'__future__', 'typing', 'dataclasses', 'enum', 'collections.abc', 'contextlib', 'urllib'}"
    program = (
        f"import sys; before = set(sys.modules); sys.path.insert(0, {str(SRC)!r})\n"
        f"import authwright, authwright.errors\nprint(({missing_there} & set(sys.modules)) - before or '')"
    )
    checked = run("-I", "-S", "-c", program)
    assert checked.stdout.strip() == "", checked.stdout
    assert checked.returncode == 0, checked.stderr


def test_every_requirement_is_pinned_to_a_version_without_a_url() -> None:
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", pin)] == []
    assert required_names() - {normalized(pin.partition("==")[0]) for pin in pins} == set()


def test_the_lowest_versions_are_the_minimums_of_the_project() -> None:
    """A minimum of 2.0 means 2.0.0. NiceGUI needs newer versions of the other packages."""
    pins = dict(re.findall(r"^([\w.-]+)==(.+)$", (ROOT / "constraints-lowest.txt").read_text(), re.MULTILINE))
    lowest = {normalized(name): version for name, version in pins.items()}
    required = [re.match(r"([\w-]+)(?:\[.*\])?(?:>=|==)([\w.]+)", line) for line in dependencies()]
    minimums = {found[1]: found[2] for found in required if found and found[1] != "nicegui"}
    assert "starlette" in minimums
    assert [name for name in minimums if not f"{lowest.get(name)}.".startswith(f"{minimums[name]}.")] == []


def dependencies() -> list[str]:
    """Return the requirements of the package and of its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]


def required_names() -> set[str]:
    """Return the names of all packages that pyproject.toml requires."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    required = [*dependencies(), *project["build-system"]["requires"], *project["dependency-groups"]["dev"]]
    return {normalized(re.split(r"[^A-Za-z0-9._-]", line)[0]) for line in required} - {"authwright"}


def normalized(name: str) -> str:
    """Return the normalized name of a package (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


SKIPS = {
    "test_skipping.py": "import pytest\ndef test_it(): pytest.skip('no browser')\n",
    "test_skipped.py": "import pytest\npytest.skip('no server', allow_module_level=True)\n",
}


def test_ci_fails_if_a_test_or_a_module_is_skipped_and_names_it(tmp_path: Path) -> None:
    for name, text in SKIPS.items():
        (tmp_path / name).write_text(text)
    settings = (f"--rootdir={tmp_path}", "-c", str(ROOT / "pyproject.toml"), "--continue-on-collection-errors")
    command = ("-m", "pytest", "-p", "conftest", *settings, str(tmp_path))
    on_ci = run(*command, CI="true", PYTHONPATH="tests")
    assert on_ci.returncode != 0
    assert (
        "test_skipping.py::test_it was skipped, but no test may be skipped in CI: Skipped: no browser" in on_ci.stdout
    )
    assert "test_skipped.py was skipped, but no test may be skipped in CI: Skipped: no server" in on_ci.stdout
    elsewhere = run(*command, CI="", PYTHONPATH="tests")
    assert elsewhere.returncode == pytest.ExitCode.OK, elsewhere.stdout
