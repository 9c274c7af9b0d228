"""The option ``--app``: the ``Auth`` object of an app, by the name of its module and of the object."""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from types import ModuleType

from authwright.auth import Auth
from authwright.errors import AuthwrightError, ConfigurationError
from authwright.exception_text import text_of

_REMEDY = "Name a module and an Auth object in it, such as mysite.auth:auth."


def find_auth(name: str) -> Auth:
    """Return the ``Auth`` object *name*, such as ``mysite.auth:auth``. Without a colon, the object is ``auth``.

    Modules in the current directory are found, too.

    Raises:
        ConfigurationError: There is no such object, or its module cannot be imported.
    """
    module_name, _, path = name.partition(":")
    if not re.fullmatch(r"\w+(\.\w+)*", module_name) or module_name.endswith(".py"):
        file = module_name.removeprefix("./").removesuffix(".py").strip("/").replace("/", ".")
        is_file = module_name.endswith(".py") or "/" in module_name
        remedy = f"Write {file}:{path or 'auth'} in the directory that contains it." if is_file else _REMEDY
        raise _refusal(f"{module_name!r} is not the name of a module.", remedy)
    found: object = _imported(module_name)
    for part in (path or "auth").split("."):
        if not hasattr(found, part):
            raise _refusal(f"{module_name} has no {path or 'auth'}.", _suggestion(module_name) or _REMEDY)
        found = getattr(found, part)
    if not isinstance(found, Auth):
        problem = f"{module_name}:{path or 'auth'} is of type {type(found).__name__}, not an Auth."
        raise _refusal(problem, _suggestion(module_name) or _REMEDY)
    return found


def _imported(name: str) -> ModuleType:
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if name == missing or name.startswith(f"{missing}."):
            problem = f"there is no module {missing!r} in {os.getcwd()}, and none is installed."
            raise _refusal(problem, _REMEDY) from None
        raise _failure(name, error) from None
    except (Exception, SystemExit) as error:
        raise _failure(name, error) from None


def _failure(name: str, error: BaseException) -> ConfigurationError:
    # The text of another exception may contain a secret, such as the URL of a database.
    text = str(error) if isinstance(error, AuthwrightError) else text_of(error, None, frames=1)
    return _refusal(f"importing {name} failed: {text}", "Check that the app starts in this environment.")


def _suggestion(name: str) -> str | None:
    module = sys.modules[name]
    known = [each for each, value in vars(module).items() if isinstance(value, Auth)]
    return f"The module has {', '.join(f'{name}:{each}' for each in known)}." if known else None


def _refusal(problem: str, remedy: str) -> ConfigurationError:
    return ConfigurationError("--app", problem, remedy)
