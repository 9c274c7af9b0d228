"""Where mails go in place of a mail server: ``Email(send=outbox.send)``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """A sign-in mail that would have been sent."""

    identifier: str
    url: str
    expires: datetime


@dataclass
class Outbox:
    """The mails, oldest first."""

    mails: list[Mail] = field(default_factory=list)

    def send(self, identifier: str, url: str, expires: datetime) -> None:
        """The hook for ``Email(send=...)``."""
        self.mails.append(Mail(identifier, url, expires))

    @property
    def links(self) -> list[str]:
        """The links of the mails, oldest first."""
        return [mail.url for mail in self.mails]
