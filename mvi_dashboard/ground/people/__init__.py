"""People: how they get in, which roles they have and until when, who stands in, and how they leave.

An administrator does this for an organisation, and whoever works for a supplier for the colleagues there. Nobody
gives a role outside of such a place, sees persons who only work elsewhere, or sees or sets a password.
"""

from __future__ import annotations
