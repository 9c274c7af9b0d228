"""Sign-in through an identity provider: the client of OAuth 2.0 (RFC 6749) and OpenID Connect Core 1.0."""
