"""The short pages: sign-out, error, verify-request, e-mail confirmation and problems."""

import pytest

from authwright.server.pages import Page
from server.pages.document import Document, read
from server.pages.shown import API, Shown


def error(shown: Shown, code: str) -> Page:
    return shown.built_in.error(
        accept_language="", error=code, origin="https://app.example", signin_url=f"{API}/signin"
    )


def problem(shown: Shown, status: int, code: str, origin: str = "https://app.example") -> Page:
    return shown.built_in.problem(accept_language="", status=status, code=code, origin=origin)


def hidden_fields(page: Document) -> dict[str, str]:
    return {each["name"]: each["value"] for each in page.all("input", type="hidden")}


def test_the_sign_out_page_posts_a_form(shown: Shown) -> None:
    page = read(shown.all()["signout"])
    assert (page.one("form")["action"], page.one("form")["method"]) == (f"{API}/signout", "post")
    assert hidden_fields(page) == {"csrfToken": "c5rf", "callbackUrl": "/home"}
    assert page.one("button", type="submit").text == "Sign out"


def test_an_email_link_is_confirmed_with_one_button_below_the_address(shown: Shown) -> None:
    page = read(shown.all()["confirm-email"])
    assert hidden_fields(page) == {"csrfToken": "c5rf", "callbackUrl": "/home", "email": "a@b.c", "token": "t0k"}
    assert (page.one("form")["method"], page.one("button")["type"]) == ("post", "submit")
    assert "a@b.c" in page.text
    assert "t0k" not in page.text


def test_the_verify_request_page_links_to_the_site(shown: Shown) -> None:
    page = read(shown.all()["verify-request"])
    assert page.one("h1").text == "Check your email"
    assert (page.one("a")["href"], page.one("a").text) == ("https://app.example", "app.example")


@pytest.mark.parametrize(
    ("code", "status", "heading", "named"),
    [
        ("Configuration", 500, "Server error", "Configuration"),
        ("configuration", 500, "Server error", "Configuration"),
        ("AccessDenied", 403, "Access denied", "AccessDenied"),
        ("ACCESSDENIED", 403, "Access denied", "AccessDenied"),
        ("Verification", 403, "Unable to sign in", "Verification"),
        ("default", 200, "Error", "Default"),
        ("", 200, "Error", None),
        ("This account is locked.", 200, "Error", None),
    ],
)
def test_an_error_has_the_status_of_v4(shown: Shown, code: str, status: int, heading: str, named: str | None) -> None:
    page = error(shown, code)
    document = read(page)
    assert (page.status, document.one("h1").text) == (status, heading)
    assert document.one("body").attributes.get("data-error") == named


def test_the_text_of_an_error_is_never_shown(shown: Shown) -> None:
    assert "hunter2" not in error(shown, "<b>hunter2</b>").html


@pytest.mark.parametrize(("code", "offered"), [("Verification", 1), ("AccessDenied", 1), ("Configuration", 0)])
def test_only_an_error_that_may_be_temporary_offers_to_try_again(shown: Shown, code: str, offered: int) -> None:
    assert len(read(error(shown, code)).all("a", href=f"{API}/signin")) == offered


@pytest.mark.parametrize(
    ("status", "code", "heading"),
    [
        (400, "BadRequest", "Bad request"),
        (404, "NotFound", "Page not found"),
        (405, "MethodNotAllowed", "Method not allowed"),
        (413, "PayloadTooLarge", "Request too large"),
        (503, "Callback", "Service unavailable"),
        (500, "Error", "Something went wrong"),
    ],
)
def test_a_problem_page_has_its_status_and_an_explanation(shown: Shown, status: int, code: str, heading: str) -> None:
    page = problem(shown, status, code)
    assert (page.status, read(page).one("h1").text) == (status, heading)
    assert read(page).one("body")["data-error"] == code


def test_an_unknown_problem_gets_a_general_explanation(shown: Shown) -> None:
    page = read(problem(shown, 418, "<Teapot>"))
    assert page.one("h1").text == "Something went wrong"
    assert "data-error" not in page.one("body").attributes


@pytest.mark.parametrize("origin", ["/", "javascript:alert(1)", "https://user@evil.example"])
def test_a_page_never_links_to_an_unsafe_url(shown: Shown, origin: str) -> None:
    assert read(problem(shown, 400, "BadRequest", origin)).one("a")["href"] == "/"
