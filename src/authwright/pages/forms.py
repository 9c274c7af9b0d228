"""The forms of the sign-in page: what each provider asks for, and the HTML attributes of its inputs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from authwright.types import ProviderType

_ATTRIBUTE = re.compile(r"[a-z][a-z0-9-]*")
# What the page itself says of an input; an attribute that would send the form elsewhere; a style, which CSP refuses.
_RESERVED = frozenset(
    {"id", "name", "label", "style", "form", "formaction", "formenctype", "formmethod", "formnovalidate", "formtarget"}
)
# These would make another button of it, or another kind of body.
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
    """One way in on the sign-in page.

    Args:
        id: The provider's id.
        name: What people call it.
        type: v4's kind of provider.
        action: The full URL that the form is posted to.
        fields: What ``credentials`` ask for: name to ``label``, ``type``, ``placeholder``, ``value`` and any other
            HTML attribute of the input, as in v4. Event handlers, and attributes that send the form elsewhere, are
            left out.
    """

    id: str
    name: str
    type: ProviderType
    action: str
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Input:
    """An input as the template writes it; ``attributes`` are those beside its id, name and type."""

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
    """A form as the template writes it; ``separated`` says that a divider stands above it."""

    provider: ProviderForm
    inputs: Sequence[Input]
    separated: bool


def view_forms(forms: Sequence[ProviderForm], *, email_label: str, email: str) -> list[FormView]:
    """The *forms* in their order. A form that asks for something is set off from its neighbours.

    Args:
        forms: One for each provider.
        email_label: The label of an e-mail provider's input.
        email: What stands in it to begin with.
    """
    views: list[FormView] = []
    for form in forms:
        inputs = _email_inputs(form, email_label, email) if form.type == "email" else _inputs(form)
        separated = bool(views and (inputs or views[-1].inputs))
        views.append(FormView(provider=form, inputs=inputs, separated=separated))
    _focus([each for view in views for each in view.inputs if not each.hidden])
    return views


def _email_inputs(form: ProviderForm, label: str, email: str) -> list[Input]:
    attributes = {"placeholder": "email@example.com", "required": "", "value": email}
    return [_input(form.id, "email", {"label": label, "type": "email", **attributes})]


def _inputs(form: ProviderForm) -> list[Input]:
    return [_input(form.id, name, given) for name, given in form.fields.items()]


def _input(provider: str, name: str, given: Mapping[str, object]) -> Input:
    asked = str(given.get("type", "text")).lower()
    kind = "text" if asked in _NO_VALUE else asked
    return Input(
        id=f"input-{name}-for-{provider}-provider",
        name=name,
        label=str(given.get("label") or name),
        type=kind,
        attributes={**_inferred(name, kind), **_allowed(given)},
    )


def _inferred(name: str, kind: str) -> dict[str, str]:
    """What a browser should offer, after the WHATWG autofill names."""
    if kind in ("hidden", "checkbox"):
        return {}
    by_name = next((value for pattern, value in _AUTOCOMPLETE if pattern.search(name.lower())), None)
    autocomplete = _TYPED_AUTOCOMPLETE.get(kind) or by_name
    if autocomplete is None:
        return {}
    by_hand = {"autocapitalize": "none", "spellcheck": "false"} if autocomplete in _TYPED_BY_HAND else {}
    return {"autocomplete": autocomplete, **by_hand}


def _allowed(given: Mapping[str, object]) -> dict[str, str]:
    """What the app says of an input, as far as it is data. HTML knows no case in the names of attributes."""
    allowed = {}
    for raw_name, value in given.items():
        name = raw_name.lower()
        if name in _RESERVED or name == "type" or name.startswith("on") or not _ATTRIBUTE.fullmatch(name):
            continue
        # An app may well write {"required": True} or {"maxlength": 40}.
        if value is None or value is False:
            continue
        allowed[name] = "" if value is True else str(value)
    return allowed


def _focus(inputs: Sequence[Input]) -> None:
    """One input has the focus at first: the first that the app chose, else the first."""
    chosen = next((each for each in inputs if "autofocus" in each.attributes), inputs[0] if inputs else None)
    for each in inputs:
        each.attributes.pop("autofocus", None)
    if chosen:
        chosen.attributes["autofocus"] = ""
