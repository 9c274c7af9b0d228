"""Sign-in through an identity provider: OAuth 2.0 and OpenID Connect. (The client comes with its own issue.)"""
