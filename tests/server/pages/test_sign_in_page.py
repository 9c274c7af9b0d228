"""The sign-in page: its forms, its inputs and its error messages."""

import pytest

from authwright.server.pages import ProviderForm
from server.pages.shown import EMAIL, OAUTH, PASSWORD, Shown


def form_with(**fields: dict[str, str]) -> ProviderForm:
    return ProviderForm(id="pw", name="Pw", type="credentials", action="/callback/pw", fields=fields)


def test_there_is_exactly_one_form_for_each_provider(shown: Shown) -> None:
    forms = shown.signin(OAUTH, EMAIL, PASSWORD).all("form")
    assert [form["action"] for form in forms] == [OAUTH.action, EMAIL.action, PASSWORD.action]
    assert {form["method"] for form in forms} == {"post"}


def test_each_form_has_one_submit_button_that_names_its_provider(shown: Shown) -> None:
    buttons = shown.signin(OAUTH, EMAIL, PASSWORD).all("button")
    assert [button.text for button in buttons] == [f"Sign in with {name}" for name in ("Corp", "Email", "Credentials")]
    assert {button["type"] for button in buttons} == {"submit"}


def test_a_button_without_inputs_has_a_letter_that_screen_readers_skip(shown: Shown) -> None:
    marks = shown.signin(OAUTH, EMAIL, PASSWORD).all("span", **{"class": "mark"})
    assert [(mark["data-provider"], mark["data-letter"], mark["aria-hidden"]) for mark in marks] == [
        ("corp", "C", "true")
    ]


def test_each_form_carries_the_csrf_token_and_the_callback_url(shown: Shown) -> None:
    page = shown.signin(OAUTH, EMAIL, PASSWORD, csrf_token="abc", callback_url="/next")
    assert [each["value"] for each in page.all("input", type="hidden", name="csrfToken")] == ["abc"] * 3
    assert [each["value"] for each in page.all("input", type="hidden", name="callbackUrl")] == ["/next"] * 3


def test_every_input_has_its_own_label(shown: Shown) -> None:
    page = shown.signin(EMAIL, PASSWORD)
    inputs = [each["id"] for each in page.all("input") if each["type"] != "hidden"]
    assert inputs == [label["for"] for label in page.all("label")]
    assert [label.text for label in page.all("label")] == ["Email", "Username", "Password"]


def test_the_email_input_contains_the_address_that_was_typed_before(shown: Shown) -> None:
    field = shown.signin(EMAIL, email="alice@example.com").one("input", type="email")
    assert (field["name"], field["value"], field["autocomplete"]) == ("email", "alice@example.com", "email")


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("username", "text", "username"),
        ("login", "text", "username"),
        ("userEmail", "text", "email"),
        ("x", "email", "email"),
        ("password", "text", "current-password"),
        ("x", "password", "current-password"),
        ("otp", "text", "one-time-code"),
        ("tenant", "text", None),
    ],
)
def test_autocomplete_follows_from_the_name_and_type_of_the_input(
    shown: Shown, name: str, kind: str, expected: str | None
) -> None:
    field = shown.signin(form_with(**{name: {"type": kind}})).one("input", name=name)
    assert field.attributes.get("autocomplete") == expected


def test_the_attributes_of_an_input_that_the_app_sets_are_kept(shown: Shown) -> None:
    attributes = {"maxLength": "40", "placeholder": "jane", "value": "j", "required": "", "autocomplete": "off"}
    field = shown.signin(form_with(username=attributes)).one("input", name="username")
    assert field.attributes.items() >= {name.lower(): value for name, value in attributes.items()}.items()


@pytest.mark.parametrize(
    "attribute", ["onfocus", "OnFocus", "style", "formaction", "form", "x onfocus", 'x"', "x>", "", "1x"]
)
def test_an_attribute_that_could_run_a_script_or_redirect_is_left_out(shown: Shown, attribute: str) -> None:
    plain = shown.signin(form_with(username={})).one("input", name="username")
    assert shown.signin(form_with(username={attribute: "steal()"})).one("input", name="username") == plain


def test_a_field_never_becomes_a_second_button(shown: Shown) -> None:
    assert shown.signin(form_with(go={"type": "submit"})).one("input", name="go")["type"] == "text"


def test_a_hidden_field_has_no_label(shown: Shown) -> None:
    page = shown.signin(form_with(tenant={"type": "hidden", "value": "acme"}))
    assert page.one("input", name="tenant")["value"] == "acme"
    assert page.all("label") == []


def test_the_first_input_of_the_page_has_the_focus(shown: Shown) -> None:
    focused = [each["name"] for each in shown.signin(OAUTH, EMAIL, PASSWORD).all("input", autofocus="")]
    assert focused == ["email"]


def test_the_app_can_choose_which_input_has_the_focus(shown: Shown) -> None:
    page = shown.signin(EMAIL, form_with(a={}, b={"autoFocus": "true"}))
    assert [each["name"] for each in page.all("input", autofocus="")] == ["b"]


def test_dividers_surround_forms_with_inputs_but_do_not_separate_buttons(shown: Shown) -> None:
    divided = shown.signin(OAUTH, OAUTH, EMAIL, PASSWORD, OAUTH)
    assert len(divided.all("p", **{"class": "divider"})) == 3
    assert shown.signin(OAUTH, OAUTH).all("p", **{"class": "divider"}) == []


def test_without_a_provider_the_page_says_that_signing_in_is_impossible(shown: Shown) -> None:
    page = shown.built_in.signin(accept_language="", forms=[], csrf_token="t", callback_url="/")
    assert "No sign-in method" in page.html


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("Signin", "a different account"),
        ("OAuthSignin", "a different account"),
        ("OAuthCallback", "a different account"),
        ("OAuthCreateAccount", "a different account"),
        ("EmailCreateAccount", "a different account"),
        ("Callback", "a different account"),
        ("OAuthAccountNotLinked", "the account you used originally"),
        ("EmailSignin", "could not be sent"),
        ("CredentialsSignin", "check the details"),
        ("SessionRequired", "to view this page"),
    ],
)
def test_a_known_error_is_explained_and_its_code_is_in_the_page(shown: Shown, code: str, sentence: str) -> None:
    page = shown.signin(error=code)
    assert sentence in page.one("div", role="alert").text
    assert page.one("body")["data-error"] == code


def test_an_unknown_error_is_not_repeated(shown: Shown) -> None:
    page = shown.signin(error="<b>your bank</b>")
    assert page.one("div", role="alert").text.strip() == "Unable to sign in."
    assert "data-error" not in page.one("body").attributes
    assert "your bank" not in page.html


def test_the_inputs_refer_to_the_error(shown: Shown) -> None:
    page = shown.signin(PASSWORD, error="CredentialsSignin")
    [alert] = page.all("div", role="alert")
    assert {each["aria-describedby"] for each in page.all("input", autocomplete="username")} == {alert["id"]}


@pytest.mark.parametrize("error", [None, ""])
def test_without_an_error_there_is_no_alert(shown: Shown, error: str | None) -> None:
    assert shown.signin(error=error).all("div", role="alert") == []
