"""``Credentials``: sign-in with credentials that the app's ``authorize`` function checks, usually a password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from authwright.errors import ConfigurationError, CredentialsSignin
from authwright.http import Request
from authwright.providers.base import check_id, option_of
from authwright.providers.users import read_user
from authwright.server.runtime.hooks import Function, Hook, bind_blocking
from authwright.types import ProviderType, User

__all__ = ["Credentials"]


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Sign-in with credentials (https://next-auth.js.org/providers/credentials).

    Args:
        authorize: ``authorize(credentials, request)`` returns the ``User`` or a dict with ``id``, ``name``, ``email``
            and ``image``, or None if the credentials are invalid. Raise ``CredentialsError`` to show the user a
            message. Any other exception is logged, and the user sees only that the sign-in failed.
        fields: The fields of the built-in form by name, each a dict with ``label``, ``type``, ``placeholder`` and other
            HTML attributes.
        id: The provider's id in URLs and accounts.
        name: The text on the button.

    Raises:
        ConfigurationError: The id is not valid in a URL, a field is not a dict, or *authorize* has an unknown
            parameter.
    """

    authorize: Function
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    id: str = "credentials"
    name: str = "Credentials"
    type: ProviderType = field(default="credentials", init=False)
    _authorize: Hook = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_id(self.id)
        option = option_of(self.id)
        _check_fields(self.fields, f"{option}.fields")
        hook = bind_blocking(self.authorize, f"{option}.authorize", ("credentials", "request"))
        object.__setattr__(self, "_authorize", hook)

    async def check(self, credentials: Mapping[str, str], request: Request) -> User | None:
        """Call ``authorize``. Its exceptions are not caught.

        Returns:
            The user, or None if the credentials are invalid.

        Raises:
            CredentialsSignin: ``authorize`` returned something other than a user, or a user with an invalid field; see
                ``read_user``.
        """
        return _read_result(await self._authorize(credentials=credentials, request=request))


def _check_fields(fields: object, option: str) -> None:
    remedy = "Use {'username': {'label': 'Username'}}."
    if not isinstance(fields, Mapping):
        raise ConfigurationError(option, f"the value is a {type(fields).__name__}, not a dict.", remedy)
    for name, attributes in fields.items():
        if not isinstance(attributes, Mapping):
            problem = f"the value is a {type(attributes).__name__}, not a dict."
            raise ConfigurationError(f"{option}[{name!r}]", problem, remedy)


def _read_result(result: object) -> User | None:
    return None if result is None or result is False else read_user(result, "authorize returned", CredentialsSignin)
