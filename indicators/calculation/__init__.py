"""The pure calculation core: numpy and the standard library; arrays in, results out, one line or a million.

No Django, no files, no clock. The meaning of every symbol stands in ``docs/method.md``.

=================  ==================================================================================
``factors``        the factors of one basis as arrays (materials, flows, processing, kinds of indicator)
``lines``          product lines as arrays with a ragged bill of materials and ragged use
``ranges``         factors that are known between bounds
``kept``           what recycled content of kept and added parts counts
``ragged``         rows of bills taken together per line
``impact``         weighted, production, use, lifetime and per year of each line, totals
``bounds``         low, high and the slope of each range, of whatever is linear in the factors
``order``          the order of bids on shared ranges: certain, a tie, or what it depends on
``explain``        the trace of one line, its missing factors with their share of the mass
``comparison``     demand, reference, avoided with its parts
``records``        what a contract promised and what was recorded, as the calculation reads it
``actual``         estimated, to date, forecast and deviation of a contract line, with the parts below
``actual_bounds``  low and high of every measure of a contract
``calendar_time``  moments as years, spans, covered months
``service``        stock, retirements oldest first, item-years, what is still open
``use``            recorded and expected use; records of a whole contract divided
``repairs``        recorded and expected repairs
``bridge``         the deviation taken apart on two bases
``years``          the calendar years of the three year views
``quality``        the split of an impact over classes of data
``pedigree``       from a data-quality score to a spread
``uncertainty``    drawn factors, ranges, masses and shares: bounds, and how often a bid has the least impact
``sensitivity``    the same bids when R, E or a lifetime is another one
``environmental_cost``  the price of a result by the categories of a weighting set
``storage``        the bytes of a stored result, the hash of its inputs
``plain``          the same calculation as a readable loop: the oracle of tests and benchmark
``golden``         the golden case as factors and lines
``errors``         every way in which the core says no
=================  ==================================================================================
"""

from __future__ import annotations

CORE_VERSION = "1.2.0"
"""Version of the code that turns inputs into results; stored beside each result."""
