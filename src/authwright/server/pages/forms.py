"""The forms of the sign-in page: the inputs of each provider, and their HTML attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from authwright.types import ProviderType

_ATTRIBUTE = re.compile(r"[a-z][a-z0-9-]*")
# Attributes that the page sets itself, attributes that could send the form elsewhere, and style, which the CSP blocks.
_RESERVED = frozenset(
    {"id", "name", "label", "style", "form", "formaction", "formenctype", "formmethod", "formnovalidate", "formtarget"}
)
# These types would make the input a button, or change the encoding of the body.
_NO_VALUE = frozenset({"button", "file", "image", "reset", "submit"})
_AUTOCOMPLETE = (
    (re.compile("e-?mail"), "email"),
    (re.compile("pass(word|phrase|wd)|^pin$"), "current-password"),
    (re.compile("otp|one.?time|2fa|mfa"), "one-time-code"),
    (re.compile("phone|mobile"), "tel"),
    (re.compile("user|login|account|^id$"), "username"),
)
_TYPED_AUTOCOMPLETE = {"email": "email", "password": "current-password", "tel": "tel"}
_TYPED_BY_HAND = frozenset({"email", "username"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderForm:
    """A provider's form on the sign-in page.

    Args:
        id: The provider's id.
        name: The provider's name, as shown to users.
        type: The type of provider, as in v4.
        action: The full URL that the form is posted to.
        fields: The inputs of ``credentials`` by name, each with ``label``, ``type``, ``placeholder``, ``value`` and any
            other HTML attributes, as in v4. Event handlers, and attributes that send the form elsewhere, are ignored.
    """

    id: str
    name: str
    type: ProviderType
    action: str
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Input:
    """An input for the template. ``attributes`` are its HTML attributes besides id, name and type."""

    id: str
    name: str
    label: str
    type: str
    attributes: dict[str, str]

    @property
    def hidden(self) -> bool:
        return self.type == "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """A form for the template. ``button`` is its text; if ``separated`` is true, there is a divider above the form."""

    provider: ProviderForm
    inputs: Sequence[Input]
    button: str
    separated: bool


def view_forms(forms: Sequence[ProviderForm], *, words: Mapping[str, str], email: str) -> list[FormView]:
    """Prepare *forms* for the template, in their order. A form with inputs is separated from its neighbours.

    Args:
        forms: One form for each provider.
        words: The texts in the language of the page.
        email: The initial value of an e-mail provider's input.
    """
    views: list[FormView] = []
    for form in forms:
        inputs = _email_inputs(form, words["email"], email) if form.type == "email" else _inputs(form)
        separated = bool(views and (inputs or views[-1].inputs))
        views.append(FormView(provider=form, inputs=inputs, button=_button(form, words), separated=separated))
    _focus([each for view in views for each in view.inputs if not each.hidden])
    return views


def _button(form: ProviderForm, words: Mapping[str, str]) -> str:
    """Return the text of the form's button. Some providers, such as Kakao, require a certain text."""
    text = words.get(f"sign_in_with.{form.id}") or words[f"sign_in_with.{form.type}"]
    return text.format(provider=form.name)


def _email_inputs(form: ProviderForm, label: str, email: str) -> list[Input]:
    attributes = {"placeholder": "email@example.com", "required": "", "value": email}
    return [_input(form.id, "email", {"label": label, "type": "email", **attributes})]


def _inputs(form: ProviderForm) -> list[Input]:
    return [_input(form.id, name, options) for name, options in form.fields.items()]


def _input(provider: str, name: str, options: Mapping[str, object]) -> Input:
    requested = str(options.get("type", "text")).lower()
    kind = "text" if requested in _NO_VALUE else requested
    return Input(
        id=f"input-{name}-for-{provider}-provider",
        name=name,
        label=str(options.get("label") or name),
        type=kind,
        attributes={**_inferred(name, kind), **_allowed(options)},
    )


def _inferred(name: str, kind: str) -> dict[str, str]:
    """Return the attributes for the browser's autofill, by the names of the WHATWG HTML standard."""
    if kind in ("hidden", "checkbox"):
        return {}
    by_name = next((value for pattern, value in _AUTOCOMPLETE if pattern.search(name.lower())), None)
    autocomplete = _TYPED_AUTOCOMPLETE.get(kind) or by_name
    if autocomplete is None:
        return {}
    by_hand = {"autocapitalize": "none", "spellcheck": "false"} if autocomplete in _TYPED_BY_HAND else {}
    return {"autocomplete": autocomplete, **by_hand}


def _allowed(options: Mapping[str, object]) -> dict[str, str]:
    """Return the app's own attributes for an input that are harmless. HTML ignores the case of attribute names."""
    allowed = {}
    for raw_name, value in options.items():
        name = raw_name.lower()
        if name in _RESERVED or name == "type" or name.startswith("on") or not _ATTRIBUTE.fullmatch(name):
            continue
        # Accept {"required": True} and {"maxlength": 40} too.
        if value is None or value is False:
            continue
        allowed[name] = "" if value is True else str(value)
    return allowed


def _focus(inputs: Sequence[Input]) -> None:
    """Set autofocus on one input: the first one that the app chose, otherwise the first one on the page."""
    chosen = next((each for each in inputs if "autofocus" in each.attributes), inputs[0] if inputs else None)
    for each in inputs:
        each.attributes.pop("autofocus", None)
    if chosen:
        chosen.attributes["autofocus"] = ""
