"""Somebody with a browser that keeps cookies, fills in the provider's forms and follows where they lead."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2

from contract.providers.servers import Site
from support.html import hidden_fields

# Sign-in and consent are two forms, with redirects between.
_STEPS = 12


class Visitor:
    """Visits *site*; where a provider asks, the name is *login*."""

    def __init__(self, site: Site, client: httpx2.Client, login: str = "alice") -> None:
        self.site = site
        self.client = client
        self._typed = {"login": login, "username": login, "allow": "yes", "password": "any password", "logout": "yes"}

    def begin(self, query: str = "") -> str:
        """Where ``signIn("corp")`` sends the browser."""
        token = self.client.get(f"{self.site.api}/csrf").json()["csrfToken"]
        fields = {"csrfToken": token, "json": "true", "callbackUrl": f"{self.site.origin}/home"}
        url: str = self.client.post(f"{self.site.api}/signin/corp{query}", data=fields).json()["url"]
        return url

    def to_callback(self, url: str) -> httpx2.Request:
        """Go from *url* through the provider; the request with which the browser would come back to the site."""
        request = self.client.build_request("GET", url)
        for _ in range(_STEPS):
            if str(request.url).startswith(self.site.origin):
                return request
            response = self.client.send(request)
            request = response.next_request or self._submission(response)
        raise AssertionError(f"Still at {request.url} after {_STEPS} steps.")

    def sign_in(self) -> httpx2.Response:
        """Sign in through the provider; the page where the browser ends."""
        return self.arrive(self.to_callback(self.begin()))

    def arrive(self, callback: httpx2.Request) -> httpx2.Response:
        """Come back to the site with *callback*; the page where the browser ends."""
        return self.client.send(callback, follow_redirects=True)

    @property
    def cookies(self) -> dict[str, str]:
        """The site's own cookies."""
        return {cookie.name: cookie.value or "" for cookie in self.client.cookies.jar if "next-auth" in cookie.name}

    def fresh_tokens(self, count: int) -> list[str]:
        """So many access tokens of the provider, fresh, one after the other."""
        assert self.site.auth
        return [self.site.auth.tokens.get_sync(self.cookies, "corp") for _ in range(count)]

    def session(self) -> Any:
        """What the site says of the visitor."""
        return self.client.get(f"{self.site.api}/session").json()

    def _submission(self, page: httpx2.Response) -> httpx2.Request:
        form = re.search(r'<form(?:[^>]* action="([^"]*)")?', page.text)
        assert form, f"{page.url} answered {page.status_code} without a form: {page.text[:2000]}"
        typed = {name: value for name, value in self._typed.items() if f'name="{name}"' in page.text}
        target = urljoin(str(page.url), unescape(form[1] or ""))
        request = self.client.build_request("POST", target, data=hidden_fields(page.text) | typed)
        if urlsplit(target).hostname != page.url.host:
            # SameSite=Lax: a browser keeps cookies off a POST from another site.
            request.headers.pop("cookie", None)
        return request


def assert_refused(visitor: Visitor, page: httpx2.Response, error: str = "OAuthCallback") -> None:
    """*page* tells of *error*, and nobody is signed in or signed up."""
    assert str(page.url) == f"{visitor.site.api}/signin?error={error}"
    assert (page.status_code, visitor.session(), visitor.site.adapter.accounts) == (200, {}, [])
