"""Every way in which the calculation says no: one class per reason, one sentence each."""

from __future__ import annotations


class CalculationError(ValueError):
    """The calculation cannot be done with these inputs."""


class ShapeMismatch(CalculationError):
    """Arrays that belong together do not have the same length."""


class UnknownItem(CalculationError):
    """A row points at a material, flow or group that is not in the table."""


class NotPositive(CalculationError):
    """A mass, count or lifetime is not a finite number above zero."""


class FractionOutOfRange(CalculationError):
    """A recycled fraction, strategy factor or end-of-life factor is not between 0 and 1."""


class NegativeQuantity(CalculationError):
    """A share or quantity is negative, infinite or not a number."""


class NegativeFactor(CalculationError):
    """A factor is negative or infinite where only unknown or zero and above is allowed."""


class RangeOutOfOrder(CalculationError):
    """A range is not 0 <= low <= central <= high, or not finite."""


class RangeTooWide(CalculationError):
    """The bounds of a range lie so far apart that it says nothing."""


class RangeWithoutValue(CalculationError):
    """The central value of a range is not the value that counts."""


class OutsideRange(CalculationError):
    """A value that is tried for a range does not lie between its bounds."""


class WrongDeclaration(CalculationError):
    """The maker's own figure stands for an indicator that counts material, or that stands apart."""


class EmptyBill(CalculationError):
    """A line has no bill of materials, or one whose shares add to nothing."""


class ConsumedWithStrategy(CalculationError):
    """A consumed group has no circular strategy and no end-of-life plan: both factors are 1."""


class DifferentDemand(CalculationError):
    """A bid and its reference do not answer the same demand."""


class WrongPack(CalculationError):
    """Stored bytes do not have the length that the indicators of the basis need."""


class NotCanonical(CalculationError):
    """A value has no single canonical spelling, so its hash would not be stable."""


class RecordOutOfOrder(CalculationError):
    """A record ends before it begins, overlaps another or names a delivery that does not exist."""


class NotDrawn(CalculationError):
    """Uncertainty is not drawn for this method."""


class TooManyRetired(CalculationError):
    """More items are retired than were delivered."""
