"""E-mail links in the store.

Rule 1: a link is taken out of the store before its user is signed in, so that it works once.
Rule 2: if the store fails in between, the link goes back, so that it still works.
"""

from __future__ import annotations

import asyncio

from authwright.errors import AdapterError, Conflict
from authwright.server.context import Context
from authwright.types import VerificationToken

# Seconds between attempts to put a link back into a store that is down.
_PAUSES = (1, 2, 4, 8, 10)


async def give_back(context: Context, link: VerificationToken) -> None:
    """Put *link* back into the store: at once, or, if that fails, within the next 25 seconds."""
    if not await _put(context, link):
        context.finishing.start(_keep_trying(context, link))


async def _keep_trying(context: Context, link: VerificationToken) -> None:
    for pause in _PAUSES:
        await asyncio.sleep(pause)
        if await _put(context, link):
            return
    context.log.error("CALLBACK_EMAIL_ERROR", "The store failed during a sign-in by link, and the link is used up.")


async def _put(context: Context, link: VerificationToken) -> bool:
    try:
        await context.adapter.create_verification_token(link)
    except Conflict:
        # It is there already: the failed attempt before this one had arrived.
        return True
    except AdapterError:
        return False
    return True
