"""Verification tokens of e-mail links: each is valid for one address, and can be used once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import LATER, LINK
from authwright.errors import Conflict


class VerificationTokens:
    async def test_a_token_can_be_used_only_once(self, store: Adapter) -> None:
        await store.create_verification_token(LINK)
        assert await store.use_verification_token("alice@example.com", "hash") == LINK
        assert await store.use_verification_token("alice@example.com", "hash") is None

    async def test_a_token_is_valid_only_for_its_identifier(self, store: Adapter) -> None:
        await store.create_verification_token(LINK)
        for identifier, token in (("bob@example.com", "hash"), ("alice@example.com", "Hash"), ("", "hash")):
            assert await store.use_verification_token(identifier, token) is None
        assert await store.use_verification_token("alice@example.com", "hash") == LINK

    async def test_an_address_may_have_several_tokens(self, store: Adapter) -> None:
        other = replace(LINK, token="other")
        await store.create_verification_token(LINK)
        await store.create_verification_token(other)
        assert await store.use_verification_token(LINK.identifier, "hash") == LINK
        assert await store.use_verification_token(LINK.identifier, "other") == other

    async def test_a_token_cannot_be_stored_twice(self, store: Adapter) -> None:
        await store.create_verification_token(LINK)
        with pytest.raises(Conflict):
            await store.create_verification_token(replace(LINK, expires=LATER))
        assert await store.use_verification_token(LINK.identifier, "hash") == LINK
