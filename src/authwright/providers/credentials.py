"""``Credentials``: sign-in by whatever the app's own ``authorize`` checks, a password as a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from authwright.errors import ConfigurationError, CredentialsSignin
from authwright.hooks import Function, Hook, bind_blocking
from authwright.http import Request
from authwright.providers.base import check_id, option_of
from authwright.types import ProviderType, User


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Sign-in by credentials (https://next-auth.js.org/providers/credentials).

    Args:
        authorize: ``authorize(credentials, request)`` answers the ``User``, or a dict with ``id``, ``name``, ``email``,
            ``image``, or None. Raise ``CredentialsError`` to tell the person why; anything else stays in the log.
        fields: What the built-in page asks for: name to ``label``, ``type``, ``placeholder`` and HTML attributes.
        id: Names it in URLs and accounts.
        name: What people read on its button.

    Raises:
        ConfigurationError: The id cannot stand in a URL, a field is no dict, or *authorize* asks for what it never
            gets.
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
        """The user whose *credentials* these are, else None; whatever ``authorize`` raises comes through.

        Raises:
            CredentialsSignin: It answered something that is no user.
        """
        return _read_answer(await self._authorize(credentials=credentials, request=request))


def _check_fields(given: object, option: str) -> None:
    remedy = "Use {'username': {'label': 'Username'}}."
    if not isinstance(given, Mapping):
        raise ConfigurationError(option, f"is a {type(given).__name__}.", remedy)
    for name, attributes in given.items():
        if not isinstance(attributes, Mapping):
            raise ConfigurationError(f"{option}[{name!r}]", f"is a {type(attributes).__name__}.", remedy)


def _read_answer(answer: object) -> User | None:
    if answer is None or answer is False:
        return None
    user = User.from_mapping(answer) if isinstance(answer, Mapping) else answer
    if not isinstance(user, User):
        raise CredentialsSignin(
            f"authorize answered {type(answer).__name__}: answer a User, a dict with an id or None."
        )
    # "True" would be one id for everybody, as would the text of any other missing id.
    given_id: object = answer.get("id") if isinstance(answer, Mapping) else user.id
    if given_id is None or given_id == "" or isinstance(given_id, bool):
        raise CredentialsSignin(f"authorize answered {type(answer).__name__} without an id: give the user one.")
    return replace(user, id=str(given_id))
