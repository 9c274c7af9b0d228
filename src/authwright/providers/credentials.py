"""``Credentials``: sign-in by whatever the app's own ``authorize`` checks, a password as a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from authwright.errors import CredentialsSignin
from authwright.hooks import Function, Hook, bind
from authwright.http import Request
from authwright.providers.base import check_id
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
        ConfigurationError: The id cannot stand in a URL, or *authorize* asks for what it never gets.
    """

    authorize: Function
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    id: str = "credentials"
    name: str = "Credentials"
    type: ProviderType = field(default="credentials", init=False)
    _authorize: Hook = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_id(self.id)
        option = f"providers[{self.id!r}].authorize"
        object.__setattr__(self, "_authorize", bind(self.authorize, option, ("credentials", "request")))

    async def check(self, credentials: Mapping[str, str], request: Request) -> User | None:
        """The user whose *credentials* these are, else None; whatever ``authorize`` raises comes through.

        Raises:
            CredentialsSignin: It answered something that is no user.
        """
        answer = await self._authorize(credentials=credentials, request=request)
        if not answer:
            return None
        user = answer if isinstance(answer, User) else User.from_mapping(answer) if isinstance(answer, dict) else None
        if user is None or not user.id:
            raise CredentialsSignin(
                f"authorize answered {type(answer).__name__} without an id: answer a User or a dict."
            )
        # An app's own model may have a number for an id; the wire and the stores have text.
        return replace(user, id=str(user.id))
