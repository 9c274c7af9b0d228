"""The REST API in OpenAPI: the parameters and responses of each operation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

JSONSchema: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path: its OpenAPI responses by status, and the other fields of its operation object."""

    path: str
    method: str
    summary: str
    responses: dict[int | str, JSONSchema]
    extra: JSONSchema = field(default_factory=dict)


def _object(**properties: JSONSchema) -> JSONSchema:
    return {"type": "object", "properties": properties}


def _json(description: str, schema: JSONSchema) -> JSONSchema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _form(**fields: JSONSchema) -> JSONSchema:
    schema = {"type": "object", "properties": fields, "required": ["csrfToken"], "additionalProperties": _TEXT}
    return {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


_TEXT: JSONSchema = {"type": "string"}
_NULLABLE: JSONSchema = {"type": ["string", "null"]}
_PAGE: JSONSchema = {"description": "A page.", "content": {"text/html": {"schema": _TEXT}}}
_SESSION = _object(
    user=_object(name=_NULLABLE, email=_NULLABLE, image=_NULLABLE), expires={"type": "string", "format": "date-time"}
)
_PROVIDER = _object(id=_TEXT, name=_TEXT, type=_TEXT, signinUrl=_TEXT, callbackUrl=_TEXT)
_FLOW: dict[int | str, JSONSchema] = {
    200: _json("With json=true: the URL to go to next.", _object(url={"type": "string", "format": "uri"})),
    302: {"description": "Without json=true: a redirect to that URL."},
}
_REFUSED: dict[int | str, JSONSchema] = {
    401: _json("With json=true: the credentials are invalid; the URL contains the error code.", _object(url=_TEXT)),
    403: _json("With json=true: the sign_in callback refused the sign-in.", _object(url=_TEXT)),
}
_FLOW_FIELDS = {"csrfToken": _TEXT, "callbackUrl": _TEXT, "json": {"type": "string", "enum": ["true"]}}
_UPDATE_BODY: JSONSchema = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": _object(csrfToken=_TEXT, data={}) | {"required": ["csrfToken"]}}},
    }
}

# The most frequent operation comes first, because FastAPI tries its routes in order.
OPERATIONS = (
    Operation(
        path="/session",
        method="GET",
        summary="Get the session",
        responses={200: _json("The session, or {} if the user is signed out.", _SESSION)},
    ),
    Operation(
        path="/session",
        method="POST",
        summary="Update the session",
        responses={
            200: _json("The session, after the app's jwt or session callback has handled the data.", _SESSION),
            400: _json("The CSRF token is missing or invalid.", _object()),
        },
        extra=_UPDATE_BODY,
    ),
    Operation(
        path="/csrf",
        method="GET",
        summary="Get the CSRF token, which every POST requires",
        responses={200: _json("The CSRF token. The response also sets its cookie.", _object(csrfToken=_TEXT))},
    ),
    Operation(
        path="/providers",
        method="GET",
        summary="List the providers",
        responses={
            200: _json("The configured providers by id.", {"type": "object", "additionalProperties": _PROVIDER})
        },
    ),
    Operation(path="/signin", method="GET", summary="Show the sign-in page", responses={200: _PAGE}),
    Operation(
        path="/signin/{provider}",
        method="POST",
        summary="Start signing in with a provider",
        responses=_FLOW,
        extra=_form(**_FLOW_FIELDS, email=_TEXT),
    ),
    Operation(
        path="/callback/{provider}",
        method="GET",
        summary="Open a sign-in link from an e-mail: shows a button that signs in",
        responses={200: _PAGE},
    ),
    Operation(
        path="/callback/{provider}",
        method="POST",
        summary="Sign in with credentials, or confirm an e-mail link",
        responses=_FLOW | _REFUSED,
        extra=_form(**_FLOW_FIELDS),
    ),
    Operation(path="/signout", method="GET", summary="Show the sign-out page", responses={200: _PAGE}),
    Operation(
        path="/signout",
        method="POST",
        summary="Sign out",
        responses=_FLOW,
        extra=_form(**_FLOW_FIELDS),
    ),
    Operation(
        path="/verify-request",
        method="GET",
        summary="Show the page that says that an e-mail was sent",
        responses={200: _PAGE},
    ),
    Operation(
        path="/error",
        method="GET",
        summary="Show the error page",
        responses={200: _PAGE, 403: _PAGE, 500: _PAGE},
    ),
)
