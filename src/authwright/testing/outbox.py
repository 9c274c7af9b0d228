"""An outbox that collects e-mails instead of sending them: ``Email(send=outbox.send)``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """A sign-in mail in the outbox. ``identifier`` is the recipient's address."""

    identifier: str
    url: str
    expires: datetime


@dataclass
class Outbox:
    """Collects sign-in mails. ``mails`` contains them, oldest first."""

    mails: list[Mail] = field(default_factory=list)

    def send(self, identifier: str, url: str, expires: datetime) -> None:
        """Store a mail. Pass this method to ``Email(send=...)``."""
        self.mails.append(Mail(identifier, url, expires))

    @property
    def links(self) -> list[str]:
        """The links of the mails, oldest first."""
        return [mail.url for mail in self.mails]
