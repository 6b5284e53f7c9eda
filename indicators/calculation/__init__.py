"""The pure calculation core: numpy and the standard library; arrays in, results out, one line or a million.

No Django, no files, no clock. The meaning of every symbol stands in ``docs/method.md``.

=================  ==================================================================================
``factors``        the factors of one basis as arrays (materials, flows, processing, kinds of indicator)
``lines``          product lines as arrays with a ragged bill of materials and ragged use
``impact``         weighted, production, use, lifetime and per year of each line, totals
``explain``        the trace of one line, its missing factors with their share of the mass
``comparison``     demand, reference, avoided with its parts
``quality``        the split of an impact over classes of data
``storage``        the bytes of a stored result, the hash of its inputs
``plain``          the same calculation as a readable loop: the oracle of tests and benchmark
``errors``         every way in which the core says no
=================  ==================================================================================
"""

from __future__ import annotations

CORE_VERSION = "1.0.0"
"""Version of the code that turns inputs into results; stored beside each result."""
