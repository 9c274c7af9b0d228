"""Where the demo's mails go: to a page, in place of a mail server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that the demo would have sent."""

    to: str
    url: str
    expires: datetime


class Outbox:
    """The latest mails, newest first."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def send(self, identifier: str, url: str, expires: datetime) -> None:
        self.mails = [Mail(identifier, url, expires), *self.mails][:_LIMIT]
