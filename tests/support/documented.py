"""The Python of the documentation as modules, for type checkers.

Rule 1: each block is one module, so that blocks of one page may use different frameworks with equal names.
Rule 2: a block imports what it uses of earlier blocks of its page from the block that defines it last.
Rule 3: a line of a module is the page's line with the same number.
"""

from __future__ import annotations

import re
import symtable
from pathlib import Path

# PyScript is not on PyPI.
_PYSCRIPT = """from collections.abc import Callable
from typing import Any
def when(event: str, selector: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...
"""
# Frameworks without type annotations, whose examples cannot be strict.
_UNTYPED = re.compile(r"^(?:from|import) django\b", re.MULTILINE)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def write_modules(pages: list[Path], root: Path, folder: Path) -> None:
    """Write the blocks of *pages*, which are in *root*, to *folder*."""
    (folder / "pyscript.pyi").write_text(_PYSCRIPT)
    for page in pages:
        name = re.sub(r"\W", "_", page.relative_to(root).with_suffix("").as_posix())
        for language in ("python", "py"):
            _write_blocks(page.read_text(), language, folder, f"{name}_{language}")


def _write_blocks(text: str, language: str, folder: Path, name: str) -> None:
    homes: dict[str, str] = {}
    for match in _FENCE.finditer(text):
        if match[1] != language:
            continue
        line = text.count("\n", 0, match.start()) + 1
        module = f"{name}_{line}"
        table = symtable.symtable(match[2], module, "exec")
        defined = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
        header = [f"from {homes[used]} import {used}" for used in sorted(_globals(table) - defined) if used in homes]
        top = ["# mypy: implicit-reexport", "# pyright: basic" if _UNTYPED.search(match[2]) else "", "; ".join(header)]
        (folder / f"{module}.py").write_text("\n".join(top) + "\n" * (line - 2) + match[2])
        homes.update(dict.fromkeys(defined | {child.get_name() for child in table.get_children()}, module))


def _globals(table: symtable.SymbolTable) -> set[str]:
    """Return the global names that *table* and the functions and classes in it refer to."""
    used = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global() and symbol.is_referenced()}
    return used.union(*map(_globals, table.get_children()))
