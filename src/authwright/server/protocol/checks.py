"""Check cookies, which bind a provider's callback to the browser and the flow that it belongs to.

Rule 1: state (RFC 6749 section 10.12), nonce (OIDC Core section 3.1.2.1) and PKCE's verifier (RFC 7636) are each
        stored in an encrypted cookie, as in v4: the salt is the cookie's name, the claims are ``value`` and
        ``provider``, and the cookie expires after 15 minutes. We add the claim ``at``, the time when the flow
        started. One of the cookies has ``callbackUrl``, so that parallel tabs each return to their own page. A URL
        that is too long for it is stored in the callback-URL cookie only. The cookies of a flow that links an account
        have ``link``, the id of the user who started it.
Rule 2: the first pending flow uses v4's cookie names, and each further flow uses ``NAME.<id>``. At most 5 flows are
        pending: a new flow replaces the oldest, so that the number of cookies is limited.
Rule 3: the cookies are ``SameSite=Lax``. Cookies that must be sent with another site's POST use ``across_sites``.
Rule 4: a callback belongs to the flow with the same state or, without a state check, to the provider's latest flow.
Rule 5: the cookies of a flow are ignored if they disagree about the provider or about ``link``.
Rule 6: a cookie whose content differs from Rule 1 belongs to no flow, and is deleted. NextAuth.js before 4.24.15 wrote
        no ``provider``, so a user whose flow began there has to start again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import Any, Literal, TypeAlias

from authwright.errors import InvalidToken
from authwright.http import Cookie, values_of
from authwright.server.protocol import tokens
from authwright.server.protocol.cookies import CHECK_MAX_AGE, CookieOption, Cookies

Check: TypeAlias = Literal["pkce", "state", "nonce"]
CHECKS: Sequence[Check] = ("pkce", "state", "nonce")
PENDING_LIMIT = 5
_ID_BYTES = 4
# With this limit, all flows of a browser fit into 8 kB, the limit of nginx and gunicorn for one header.
_URL_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Purpose:
    """The purpose of a flow: the page to return to and, if the flow links an account, the id of the user."""

    callback_url: str
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A sign-in that is pending at a provider.

    ``id`` distinguishes the flow's cookies from those of other flows. It is empty for the first flow, which uses v4's
    names. ``link`` is the id of the user whose account the flow links, or None if the flow signs in. ``began`` is in
    seconds since the epoch.
    """

    id: str
    provider: str
    values: Mapping[Check, str]
    callback_url: str | None
    link: str | None
    began: float


class Pending:
    """The pending flows of one browser, read from its cookies.

    Args:
        cookies: The names and attributes of the check cookies.
        sent: The cookies of the request.
        secrets: The first encrypts new cookies. All of them decrypt.
        now: Seconds since the epoch.
    """

    def __init__(self, cookies: Cookies, sent: Mapping[str, str], secrets: Sequence[str], now: float) -> None:
        self._options = {"pkce": cookies.pkce_code_verifier, "state": cookies.state, "nonce": cookies.nonce}
        self._sent = sent
        self._secrets = secrets
        self._now = now
        self._flows = {flow_id: self._read(flow_id) for flow_id in self._ids()}

    def begin(
        self,
        provider: str,
        checks: Iterable[Check],
        purpose: Purpose,
        random: Callable[[int], bytes],
        *,
        values: Mapping[Check, str] | None = None,
    ) -> tuple[Flow, list[Cookie]]:
        """Start a flow.

        Args:
            provider: The provider's id.
            checks: The checks to create values for.
            purpose: The purpose of the flow.
            random: Returns the given number of random bytes.
            values: Values from the provider, used instead of new values for *checks*.

        Returns:
            The flow, and the cookies to set: those of the flow, and those that delete invalid flows and the oldest
            flows above the limit.
        """
        alive = sorted((flow for flow in self._flows.values() if flow), key=lambda flow: flow.began)
        dropped = alive[: max(0, len(alive) - PENDING_LIMIT + 1)]
        taken = {flow.id for flow in alive if flow not in dropped}
        flow = Flow(
            id=random(_ID_BYTES).hex() if "" in taken else "",
            provider=provider,
            values=values or {check: _urlsafe(random(32)) for check in checks},
            callback_url=purpose.callback_url,
            link=purpose.link,
            began=self._now,
        )
        written = self._written(flow, random)
        names = {cookie.name for cookie in written}
        gone = [cookie for old in dropped for cookie in self._removals(old.id)] + self.unreadable()
        return flow, [*(cookie for cookie in gone if cookie.name not in names), *written]

    def unreadable(self) -> list[Cookie]:
        """Return the cookies that delete the check cookies that belong to no flow (Rule 6)."""
        known = {_name(self._options[check], flow.id) for flow in self._flows.values() if flow for check in flow.values}
        return [cookie for flow_id in self._flows for cookie in self._removals(flow_id) if cookie.name not in known]

    def find(self, provider: str, checks: Sequence[Check], state: str | None) -> Flow | None:
        """Return the flow that a callback of *provider* with *state* belongs to, or None if there is none."""
        candidates = [
            flow
            for flow in self._flows.values()
            if flow and flow.provider == provider and flow.values.keys() >= set(checks)
        ]
        if "state" in checks:
            sent = (state or "").encode("utf-8", "replace")
            return next((flow for flow in candidates if compare_digest(flow.values["state"].encode(), sent)), None)
        return max(candidates, key=lambda flow: flow.began, default=None)

    def end(self, flow: Flow) -> list[Cookie]:
        """Return the cookies that end *flow* by deleting its check cookies, and those that belong to no flow."""
        ended = self._removals(flow.id)
        return ended + [cookie for cookie in self.unreadable() if cookie not in ended]

    def _ids(self) -> set[str]:
        names = {option.name for option in self._options.values()}
        bare = {""} if names & self._sent.keys() else set()
        return bare | {sent[len(name) + 1 :] for name in names for sent in self._sent if _is_flow_id(sent, f"{name}.")}

    def _read(self, flow_id: str) -> Flow | None:
        claims = {check: self._claims(_name(self._options[check], flow_id)) for check in CHECKS}
        found: dict[Check, dict[str, Any]] = {check: one for check, one in claims.items() if one is not None}
        if len({(one.get("provider"), one.get("link")) for one in found.values()}) != 1:
            return None
        merged = {name: value for one in found.values() for name, value in one.items()}
        return Flow(
            id=flow_id,
            provider=merged["provider"],
            values={check: one["value"] for check, one in found.items()},
            callback_url=merged.get("callbackUrl"),
            link=merged.get("link"),
            began=merged.get("at") or merged["iat"],
        )

    def _claims(self, name: str) -> dict[str, Any] | None:
        for value in values_of(self._sent, name):
            try:
                claims = tokens.decode(value, self._secrets, now=self._now, salt=name)
            except InvalidToken:
                continue
            if _is_of_a_flow(claims):
                return claims
        return None

    def _written(self, flow: Flow, random: Callable[[int], bytes]) -> list[Cookie]:
        written = []
        whole = flow.callback_url if flow.callback_url and len(flow.callback_url) <= _URL_LIMIT else None
        # Only the first cookie has the callback URL. Three copies might exceed the header limit.
        extra = {"callbackUrl": whole} if whole else {}
        link = {} if flow.link is None else {"link": flow.link}
        for check, value in flow.values.items():
            option = self._options[check]
            name = _name(option, flow.id)
            max_age = option.max_age or CHECK_MAX_AGE
            claims = {"value": value, "provider": flow.provider, "at": flow.began, **link, **extra}
            extra = {}
            token = tokens.encode(claims, self._secrets[0], max_age=max_age, now=self._now, random=random, salt=name)
            written.append(option.cookie(token, self._now + max_age, name=name))
        return written

    def _removals(self, flow_id: str) -> list[Cookie]:
        names = {_name(option, flow_id): option for option in self._options.values()}
        return [one for name, option in names.items() if name in self._sent for one in option.removals(name)]


def across_sites(cookies: Sequence[Cookie]) -> list[Cookie]:
    """Return *cookies* so that browsers send them with a POST from another site (OAuth 2.0 Form Post Response Mode).

    Browsers accept ``SameSite=None`` on https only. On http the cookies stay ``Lax``.
    """
    return [replace(cookie, same_site="none") if cookie.secure else cookie for cookie in cookies]


def _name(option: CookieOption, flow_id: str) -> str:
    return f"{option.name}.{flow_id}" if flow_id else option.name


def _is_of_a_flow(claims: Mapping[str, Any]) -> bool:
    """Return whether the *claims* of a check cookie are those of Rule 1."""
    texts = [claims.get("value"), claims.get("provider")]
    texts += [claims[name] for name in ("callbackUrl", "link") if claims.get(name) is not None]
    return all(_is_text(one) for one in texts) and _is_number(claims.get("at") or claims.get("iat"))


def _is_text(value: object) -> bool:
    if not isinstance(value, str) or not value:
        return False
    # JSON can contain unpaired surrogates, which no other encoding can.
    return value.isascii() or value == value.encode("utf-8", "replace").decode()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_flow_id(sent: str, prefix: str) -> bool:
    flow_id = sent[len(prefix) :]
    return sent.startswith(prefix) and len(flow_id) == 2 * _ID_BYTES and set(flow_id) <= set("0123456789abcdef")


def _urlsafe(data: bytes) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(data).rstrip(b"=").decode()
