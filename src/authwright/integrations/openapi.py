"""The REST API in OpenAPI's words: what each operation takes and answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path: its OpenAPI responses by status, and whatever else its operation object holds."""

    path: str
    method: str
    summary: str
    answers: dict[int | str, Schema]
    extra: Schema = field(default_factory=dict)


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def _json(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _form(**fields: Schema) -> Schema:
    schema = {"type": "object", "properties": fields, "required": ["csrfToken"], "additionalProperties": _TEXT}
    return {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


_TEXT: Schema = {"type": "string"}
_NULLABLE: Schema = {"type": ["string", "null"]}
_PAGE: Schema = {"description": "A page.", "content": {"text/html": {"schema": _TEXT}}}
_SESSION = _object(
    user=_object(name=_NULLABLE, email=_NULLABLE, image=_NULLABLE), expires={"type": "string", "format": "date-time"}
)
_PROVIDER = _object(id=_TEXT, name=_TEXT, type=_TEXT, signinUrl=_TEXT, callbackUrl=_TEXT)
_FLOW: dict[int | str, Schema] = {
    200: _json("With json=true: where to go next.", _object(url={"type": "string", "format": "uri"})),
    302: {"description": "Without json=true: go there."},
}
_REFUSED: dict[int | str, Schema] = {
    401: _json("With json=true: the credentials were refused; the URL says why.", _object(url=_TEXT)),
    403: _json("With json=true: the sign_in callback refused.", _object(url=_TEXT)),
}
_FLOW_FIELDS = {"csrfToken": _TEXT, "callbackUrl": _TEXT, "json": {"type": "string", "enum": ["true"]}}
_UPDATE_BODY: Schema = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": _object(csrfToken=_TEXT, data={}) | {"required": ["csrfToken"]}}},
    }
}

# What is asked most stands first: FastAPI looks through its routes in order.
OPERATIONS = (
    Operation(
        path="/session",
        method="GET",
        summary="Who is signed in",
        answers={200: _json("The session, or {} where there is none.", _SESSION)},
    ),
    Operation(
        path="/session",
        method="POST",
        summary="Update the session",
        answers={
            200: _json("The session after the app's callback judged the data.", _SESSION),
            400: _json("The csrf token is missing or wrong.", _object()),
        },
        extra=_UPDATE_BODY,
    ),
    Operation(
        path="/csrf",
        method="GET",
        summary="The token that every POST carries",
        answers={200: _json("The token; its cookie comes along.", _object(csrfToken=_TEXT))},
    ),
    Operation(
        path="/providers",
        method="GET",
        summary="The ways to sign in",
        answers={200: _json("The providers by id.", {"type": "object", "additionalProperties": _PROVIDER})},
    ),
    Operation(path="/signin", method="GET", summary="The sign-in page", answers={200: _PAGE}),
    Operation(
        path="/signin/{provider}",
        method="POST",
        summary="Begin to sign in through a provider",
        answers=_FLOW,
        extra=_form(**_FLOW_FIELDS, email=_TEXT),
    ),
    Operation(
        path="/callback/{provider}",
        method="GET",
        summary="The link of a mail: shows a button that signs in",
        answers={200: _PAGE},
    ),
    Operation(
        path="/callback/{provider}",
        method="POST",
        summary="Sign in with credentials, or confirm an e-mail link",
        answers=_FLOW | _REFUSED,
        extra=_form(**_FLOW_FIELDS),
    ),
    Operation(path="/signout", method="GET", summary="The sign-out page", answers={200: _PAGE}),
    Operation(
        path="/signout",
        method="POST",
        summary="Sign out",
        answers=_FLOW,
        extra=_form(**_FLOW_FIELDS),
    ),
    Operation(path="/verify-request", method="GET", summary="The page that says a mail was sent", answers={200: _PAGE}),
    Operation(path="/error", method="GET", summary="The error page", answers={200: _PAGE, 403: _PAGE, 500: _PAGE}),
)
