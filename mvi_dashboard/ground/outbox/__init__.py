"""Telling people: `tell` puts a message in their list and a mail in the outbox, `mail` only a mail.

`tell_all` tells of many objects at once. All write rows in the transaction of the act that tells; `sending` sends
them after the commit, whatever happens in between. What a kind of message says stands in `texts.toml`.
"""

from __future__ import annotations

from .telling import Telling, mail, tell, tell_all
from .texts import register_link

__all__ = ["Telling", "mail", "register_link", "tell", "tell_all"]
