"""Telling systems of an organisation that something happened: `happened` in the transaction of an act.

It writes a row per webhook that asked for it; `sending` sends these after the commit, whatever happens in between,
by the Standard Webhooks scheme. A message holds ids, never a figure: who hears it asks the API for what it may
see.
"""

from __future__ import annotations

from .happening import happened, happened_everywhere

__all__ = ["happened", "happened_everywhere"]
