"""Organisations: their data and look, how long they keep things, and how they begin, move, merge, split and end.

The administrator of an organisation decides what is its own; who administers the installation makes organisations
and places them in the tree, and reads nothing of them. Rows never move: history stays where it was made.
"""

from __future__ import annotations
