"""Kakao, an OAuth 2.0 provider.

Documentation: https://developers.kakao.com/product/kakaoLogin
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Kakao"]

Kakao: OAuthService = OAuthService(
    id="kakao",
    name="Kakao",
    authorization="https://kauth.kakao.com/oauth/authorize",
    token="https://kauth.kakao.com/oauth/token",
    # Without secure_resource, the URL of the image is http.
    userinfo="https://kapi.kakao.com/v2/user/me?secure_resource=true",
    client_auth="client_secret_post",
    profile=mapped(
        id="id",
        name="kakao_account.profile.nickname | kakao_account.name",
        email="kakao_account.email",
        image="kakao_account.profile.profile_image_url",
        # An address that is not valid belongs to another Kakao account by now.
        email_verified="kakao_account.is_email_valid kakao_account.is_email_verified",
    ),
)
