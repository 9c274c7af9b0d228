"""Compare the catalogue with the providers of the npm packages next-auth and @auth/core.

    python -m contract.catalogue        (in tests/; needs the npm packages)

prints each difference, with its reason if ``differences.json`` lists one.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from authwright.providers import OIDC, OAuth
from authwright.providers.listing import STAND_INS, Listed, listed
from authwright.types import User
from contract.peers import NODE

HERE = Path(__file__).parent
SAMPLES = json.loads((HERE.parent / "providers" / "samples.json").read_text())
LISTED: dict[str, dict[str, str]] = json.loads((HERE / "differences.json").read_text())
# Files that are not OAuth providers: e-mail, WebAuthn, and files without a provider.
NO_OAUTH = re.compile(
    "credentials|(forward)?email|index|loops|mailgun|nodemailer|oauth(-types)?|passkey|postmark|provider-types|resend"
    "|sendgrid|webauthn"
)
_CAMEL = {
    "issuer": "issuer",
    "tenant_id": "tenantId",
    "primary_user_flow": "primaryUserFlow",
    "account_id": "accountID",
}
# The defaults of each package.
_CHECKS = {"next-auth": ["state"], "@auth/core": ["pkce"]}
_SCOPE = {"next-auth": "openid", "@auth/core": "openid profile email"}
_OWN = "a function"


def npm_files() -> list[tuple[str, str]]:
    """Each provider as (package, file): those of next-auth, then those that only @auth/core has."""
    found: dict[str, str] = {}
    for package in ("next-auth", "@auth/core"):
        for file in sorted((NODE / "node_modules" / package / "providers").glob("*.js")):
            if not NO_OAUTH.fullmatch(file.stem):
                found.setdefault(file.stem, package)
    return [(package, file) for file, package in found.items()]


def npm_data(ours: Mapping[str, Listed]) -> dict[str, dict[str, Any]]:
    """Return the data of the packages by provider id, with the same options as our examples."""
    options = {
        provider_id: {_CAMEL[need]: STAND_INS[need] for need in each.needs if need in _CAMEL}
        for provider_id, each in ours.items()
    }
    options["twitter"]["version"] = "2.0"
    data = {"files": npm_files(), "options": options, "claims": {name: claims(name) for name in ours}}
    done = subprocess.run(
        ["node", "providers.mjs"], cwd=NODE, input=json.dumps(data), capture_output=True, text=True, check=True
    )
    return {found["id"]: found for found in json.loads(done.stdout)}


def claims(provider_id: str) -> Mapping[str, Any]:
    """Return the sample of the claims that the provider sends."""
    found: Mapping[str, Any] = SAMPLES.get(provider_id, SAMPLES["*"])["claims"]
    return found


def differences() -> dict[str, dict[str, tuple[object, object]]]:
    """Return our value and the value of the npm package for each difference, by provider id and field."""
    ours = {each.example.id: each for each in listed()}
    npm = npm_data(ours)
    found: dict[str, dict[str, tuple[object, object]]] = {}
    for provider_id in sorted(ours.keys() | npm.keys()):
        if provider_id not in ours or provider_id not in npm:
            found[provider_id] = {"presence": (provider_id in ours, provider_id in npm)}
            continue
        left, right = _ours(ours[provider_id].example), _npm(npm[provider_id])
        found[provider_id] = {field: (left[field], right[field]) for field in left if left[field] != right[field]}
        if right["profile"] is None:
            # The package uses the standard claims.
            found[provider_id].pop("profile", None)
        # More checks than in the package do not count as a difference.
        if set(left["checks"]) >= set(right["checks"]):
            found[provider_id].pop("checks", None)
    return {provider_id: fields for provider_id, fields in found.items() if fields}


def _ours(provider: OAuth) -> dict[str, Any]:
    data = {
        "name": provider.name,
        "metadata": provider.metadata_url.partition("?")[0] if isinstance(provider, OIDC) else None,
        "scope": _words(provider.scope),
        "checks": sorted(provider.checks),
        "client_auth": provider.client_auth,
        "style": provider.style and [provider.style.bg.lower(), provider.style.text.lower()],
        "profile": asyncio.run(profile_of(provider)),
    }
    for name in ("authorization", "token", "userinfo"):
        value = getattr(provider, name)
        url, _, query = value.partition("?") if isinstance(value, str) else ("", "", "")
        mode = {"response_mode": provider.response_mode} if provider.response_mode else {}
        params = {**provider.authorization_params, **mode} if name == "authorization" else {}
        data[name] = _OWN if callable(value) else [url, dict(parse_qsl(query)) | params]
    return data


async def profile_of(provider: OAuth) -> list[str | None]:
    """Return the id, name, e-mail address and image of the user in the sample."""
    user = User.from_mapping(await provider.hooks["profile"](claims=claims(provider.id), tokens={}))
    return [user.id, user.name, user.email, user.image]


def _npm(data: Mapping[str, Any]) -> dict[str, Any]:
    package = data["package"]
    openid = data["type"] == "oidc" or bool(data["well_known"])
    issuer = data["issuer"] or STAND_INS["issuer"]
    metadata = data["well_known"] or f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    metadata = metadata.partition("?")[0]
    authorization = data["authorization"] or {"url": "", "params": {}, "own": False}
    params = dict(authorization["params"])
    scope = params.pop("scope", None)
    style = data["style"]
    if style and "brandColor" in style:
        style = {"bg": style["brandColor"], "text": "#fff"}
    return {
        "name": data["name"],
        "metadata": metadata if openid else None,
        "scope": _words(_SCOPE[package] if openid and scope is None else scope),
        "checks": [check for check in data["checks"] or _CHECKS[package] if check != "none"],
        "client_auth": data["client_auth"],
        "style": style and [style["bg"].lower(), style["text"].lower()],
        "profile": data["user"],
        "authorization": _endpoint(authorization | {"params": params}),
        "token": _endpoint(data["token"]),
        "userinfo": _endpoint(data["userinfo"]),
    }


def _endpoint(endpoint: Mapping[str, Any] | None) -> object:
    if endpoint is None:
        return ["", {}]
    if endpoint["own"]:
        return _OWN
    # Our client adds these parameters itself.
    ours = ("client_id", "response_type", "redirect_uri")
    params = {name: value for name, value in endpoint["params"].items() if name not in ours and value is not None}
    texts = {name: value if isinstance(value, str) else _json(value) for name, value in params.items()}
    return [endpoint["url"] or "", texts]


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _words(scope: str | None) -> list[str]:
    return sorted((scope or "").replace(",", " ").split())


def main() -> None:
    """Print the differences."""
    for provider_id, fields in differences().items():
        for field, (ours, npm) in fields.items():
            reason = LISTED.get(provider_id, {}).get(field, "NOT LISTED")
            print(f"{provider_id} {field}: {reason}\n    ours {ours}\n    npm  {npm}")


if __name__ == "__main__":
    main()
