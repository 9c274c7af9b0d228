"""A visitor whose browser stores cookies, fills in the forms of the provider and follows redirects."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2

from contract.providers.servers import Site
from support.html import hidden_fields

# Enough for a sign-in form and a consent form, with redirects in between.
_STEPS = 12


class Visitor:
    """A visitor of *site*, who signs in at providers with the name *login*."""

    def __init__(self, site: Site, client: httpx2.Client, login: str = "alice") -> None:
        self.site = site
        self.client = client
        self._typed = {"login": login, "username": login, "allow": "yes", "password": "any password", "logout": "yes"}

    def begin(self, query: str = "") -> str:
        """Start a sign-in, and return the URL to which ``signIn("corp")`` sends the browser."""
        token = self.client.get(f"{self.site.api}/csrf").json()["csrfToken"]
        fields = {"csrfToken": token, "json": "true", "callbackUrl": f"{self.site.origin}/home"}
        url: str = self.client.post(f"{self.site.api}/signin/corp{query}", data=fields).json()["url"]
        return url

    def to_callback(self, url: str) -> httpx2.Request:
        """Go through the pages of the provider from *url*, and return the request that would lead back to the site."""
        request = self.client.build_request("GET", url)
        for _ in range(_STEPS):
            if str(request.url).startswith(self.site.origin):
                return request
            response = self.client.send(request)
            request = response.next_request or self._submission(response)
        raise AssertionError(f"Still at {request.url} after {_STEPS} steps.")

    def sign_in(self) -> httpx2.Response:
        """Sign in through the provider, and return the final page."""
        return self.arrive(self.to_callback(self.begin()))

    def arrive(self, callback: httpx2.Request) -> httpx2.Response:
        """Send *callback* to the site, and return the final page."""
        return self.client.send(callback, follow_redirects=True)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies of the site."""
        return {cookie.name: cookie.value or "" for cookie in self.client.cookies.jar if "next-auth" in cookie.name}

    def fresh_tokens(self, count: int) -> list[str]:
        """Return *count* fresh access tokens, requested one after the other."""
        assert self.site.auth
        return [self.site.auth.tokens.get_sync(self.cookies, "corp") for _ in range(count)]

    def session(self) -> Any:
        """Return the session of the visitor at the site."""
        return self.client.get(f"{self.site.api}/session").json()

    def _submission(self, page: httpx2.Response) -> httpx2.Request:
        form = re.search(r'<form(?:[^>]* action="([^"]*)")?', page.text)
        assert form, f"{page.url} answered {page.status_code} without a form: {page.text[:2000]}"
        typed = {name: value for name, value in self._typed.items() if f'name="{name}"' in page.text}
        target = urljoin(str(page.url), unescape(form[1] or ""))
        request = self.client.build_request("POST", target, data=hidden_fields(page.text) | typed)
        if urlsplit(target).hostname != page.url.host:
            # SameSite=Lax: a browser does not send cookies with a POST from another site.
            request.headers.pop("cookie", None)
        return request


def assert_refused(visitor: Visitor, page: httpx2.Response, error: str = "OAuthCallback") -> None:
    """Check that *page* shows *error*, and that no user was signed in or created."""
    assert str(page.url) == f"{visitor.site.api}/signin?error={error}"
    assert (page.status_code, visitor.session(), visitor.site.adapter.accounts) == (200, {}, [])
