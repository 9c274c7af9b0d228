"""The types of the arguments of ``Auth``, checked when it is created.

An annotation does not stop a program that is run without a type checker, and the exception that a wrong type causes
names neither the option nor the remedy. An error here never contains the value, which may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from authwright.errors import ConfigurationError
from authwright.options import Callbacks, Events, JWTOptions, Pages, SessionOptions, Theme
from authwright.providers import Credentials, Email, OAuth

T = TypeVar("T", SessionOptions, JWTOptions, Callbacks, Events, Pages, Theme)

_CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_REMEDY = "Pass a list of providers, such as providers=[GitHub(client_id=..., client_secret=...)]."


def instance_of(kind: type[T], value: T | None, option: str) -> T:
    """Return *value*, or the default *kind* if it is None.

    Raises:
        ConfigurationError: *value* is not an instance of *kind*, such as a dict with the same keys.
    """
    if value is None:
        return kind()
    if not isinstance(value, kind):
        name = kind.__name__
        known = {field.name for field in fields(kind)}
        keys = [_CAMEL_CASE.sub("_", str(key)).lower() for key in value] if isinstance(value, Mapping) else []
        keywords = ", ".join(f"{key}=..." for key in keys if key in known) or "..."
        raise ConfigurationError(option, f"is {_described(value)}, not {name}.", f"Pass {name}({keywords}).")
    return value


def check_bool(value: object, option: str) -> None:
    """Raise ``ConfigurationError`` unless *value* is a bool: the string ``"false"`` would count as true."""
    if not isinstance(value, bool):
        raise ConfigurationError(option, f"is {_described(value)}, not a bool.", "Pass True or False.")


def check_adapter_type(adapter: object) -> None:
    """Raise ``ConfigurationError`` if *adapter* is a URL, a class or another value without methods."""
    remedy = "Pass an adapter, such as SQLAlchemyAdapter('sqlite+aiosqlite:///auth.db')."
    if isinstance(adapter, str | bytes | Mapping | type) or adapter is False:
        raise ConfigurationError("adapter", f"is {_described(adapter)}, not an adapter.", remedy)


def by_id(providers: object) -> dict[str, Any]:
    """Return the *providers* by their ids.

    Raises:
        ConfigurationError: *providers* is not a collection of providers, or two of them have the same id.
    """
    if isinstance(providers, str | bytes | Mapping) or not isinstance(providers, Iterable):
        raise ConfigurationError("providers", f"is {_described(providers)}, not a list.", _REMEDY)
    found: dict[str, Any] = {}
    for provider in providers:
        if not isinstance(provider, Credentials | Email | OAuth):
            raise ConfigurationError(
                "providers", f"contains an element that is {_described(provider)}.", _remedy_for(provider)
            )
        if provider.id in found:
            raise ConfigurationError("providers", f"has two with the id {provider.id!r}.", "Give one another id=.")
        found[provider.id] = provider
    return found


def _remedy_for(provider: object) -> str:
    if not callable(provider):
        return _REMEDY
    name = getattr(provider, "__name__", None) or getattr(provider, "name", None) or type(provider).__name__
    return f"Call it with its options: {name}(...)."


def _described(value: object) -> str:
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return f"of type {type(value).__name__}"
