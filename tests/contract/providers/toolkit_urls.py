"""The pages of toolkit.py, and the claims in its tokens."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path
from oauth2_provider.oauth2_validators import OAuth2Validator

_FORM = '<form method="post" action="">{% csrf_token %}<input name="username"><input name="password"></form>'


class Validator(OAuth2Validator):
    """Add the name and the e-mail address of the user to the claims."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        return {"name": request.user.first_name, "email": request.user.email}


class Login(LoginView):
    def render_to_response(self, context: Any, **options: Any) -> HttpResponse:
        return HttpResponse(engines["django"].from_string(_FORM).render(context, self.request))


urlpatterns = [
    path("login", Login.as_view()),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
]
