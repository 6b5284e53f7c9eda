"""Suppliers: how a firm gets in, how one firm stays one row, and how its people look after it themselves.

Somebody registers a firm with its number, or an officer or contract manager makes or invites it. Nothing comes
into being before the link of the mail was followed. The number decides which firm it is; a name or a mail domain
that is alike is only a hint, and only for who makes suppliers: a supplier sees nothing of other suppliers.
"""

from __future__ import annotations
