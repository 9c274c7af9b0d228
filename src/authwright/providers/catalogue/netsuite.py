"""NetSuite, an OAuth 2.0 provider.

Documentation: https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_157771733782.html#Related-Topics
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService, needed
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Options


__all__ = ["NetSuite"]


def NetSuite(*, account_id: str, **options: Unpack[Options]) -> OAuth:
    """Return the provider for NetSuite.

    Args:
        account_id: The account id, such as ``1234567`` or ``1234567-sb1``.
        **options: See ``entry.Options``. ``userinfo`` is the URL of your own RESTlet that returns
            ``{"id": ..., "name": ..., "email": ...}``.
    """
    needed("netsuite", "account_id", account_id)
    entry = OAuthService(
        id="netsuite",
        name="NetSuite",
        authorization=f"https://{account_id}.app.netsuite.com/app/login/oauth2/authorize.nl",
        token=f"https://{account_id}.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token",
        userinfo=None,
        scope="restlets rest_webservices",
        checks=("state",),
        profile=mapped(id="id", name="name", email="email"),
        style=Style("#181a1b", "#fbfbfb"),
    )
    return entry(**options)
