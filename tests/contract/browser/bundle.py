"""Bundle the page of ``app.jsx`` and the unmodified ``next-auth/react`` into one script."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
PACKAGES = _HERE.parent / "node"
# Environment variables are replaced at build time, as Next.js does in a browser bundle.
_DEFINED = {
    "process.env.NODE_ENV": '"production"',
    "process.env.NEXTAUTH_URL": "undefined",
    "process.env.NEXTAUTH_URL_INTERNAL": "undefined",
    "process.env.VERCEL_URL": "undefined",
}


def make_bundle(directory: Path) -> Path:
    """Build the script in *directory*, and return its path."""
    modules = PACKAGES / "node_modules"
    if shutil.which("node") is None or not (modules / "next-auth").is_dir():
        pytest.skip("The npm packages are missing: npm install in tests/contract/node")
    path = directory / "bundle.js"
    defined = [f"--define:{name}={value}" for name, value in _DEFINED.items()]
    command = [str(modules / ".bin" / "esbuild"), str(_HERE / "app.jsx"), "--bundle", "--minify", "--jsx=automatic"]
    environment = os.environ | {"NODE_PATH": str(modules)}
    subprocess.run([*command, *defined, f"--outfile={path}", "--log-level=warning"], check=True, env=environment)
    return path
