"""From what was delivered to what is added up: `n, total, squares, bucket` of one measurement, by the KPI's shape.

    shape       one observation `value` (`times` of them)            delivered as a sum
    SHARE       1 or 0: total = hits                               numerator of denominator
    TOP_BOX     an answer: total = 1 if among the best             numerator of denominator
    NPS         0..10: total +1, 0 or -1, squares 1 or 0           promoters, detractors, denominator
    MEAN        the value and its square                           numerator (sum), denominator (n), squares
    PERCENTILE  the value, its square, its log-scaled bucket       -
    RATE        total = events                                     numerator (events), denominator (exposure)
    QUOTIENT    total = amount of `times` units                    numerator (amount), denominator (units)
    COUNT       total = n = value                                  numerator
    SUM         total = value of `times` things                    numerator, denominator (things)
    DISTINCT    one visit of a customer (REPEAT alike)             -

With this code every figure but a percentile is a function of sums, whatever they were added over.
"""

from collections.abc import Callable
from decimal import Decimal
from math import floor
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from cxm.kit.statistics import TIMES
from touchpoints.kpis.choices import AGGREGATE, Shape, Words
from touchpoints.kpis.models import KpiDefinition

ZERO, HALF, ONE = Decimal(0), Decimal("0.5"), Decimal(1)
MOST = Decimal(10) ** 12
"""Largest amount of one measurement; a figure of a trillion is a slip of the keyboard."""
PROMOTER, DETRACTOR = 9, 6
NUMBERS = ("value", "times", "numerator", "denominator", "promoters", "detractors")


class FactError(ValueError):
    """A measurement that cannot be counted; `field` is the one that is wrong."""

    def __init__(self, message: Words, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field

    def __str__(self) -> str:
        return str(self.message)


class Given(NamedTuple):
    """What was delivered; the fields that the shape has no use for stay empty."""

    value: Decimal | None = None
    times: Decimal = ONE
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    squares: Decimal | None = None
    promoters: Decimal | None = None
    detractors: Decimal | None = None
    subject: str | None = None


class Sums(NamedTuple):
    """What is kept of it."""

    n: int
    total: Decimal
    squares: Decimal
    bucket: int = 0


type Coder = Callable[[KpiDefinition, Given], Sums]


def coded(kpi: KpiDefinition, given: Given) -> Sums:
    """The sums of one measurement; FactError says what is missing or impossible."""
    for name in NUMBERS:
        amount = getattr(given, name)
        # abs() of a signalling NaN raises, so finiteness comes first.
        if amount is not None and (not amount.is_finite() or abs(amount) > MOST):
            raise FactError(_("This number is too large."), name)
    if given.squares is not None and not given.squares.is_finite():
        raise FactError(_("This number is too large."), "squares")
    whole("times", given.times)
    return CODERS[Shape(kpi.shape)](kpi, given)


def whole(name: str, amount: Decimal | None) -> int:
    """A whole number from 0 up."""
    if amount is None:
        raise FactError(_("This is needed here."), name)
    if amount != int(amount) or not 0 <= amount <= MOST:
        raise FactError(_("A whole number from 0 up is needed here."), name)
    return int(amount)


def hits_of_n(given: Given) -> Sums:
    """Numerator of denominator, for shapes whose numerator is a part of the denominator."""
    hits, n = whole("numerator", given.numerator), whole("denominator", given.denominator)
    if hits > n:
        raise FactError(_("The numerator is part of the denominator, so it cannot be larger."), "numerator")
    return Sums(n, Decimal(hits), Decimal(hits), AGGREGATE)


def answer(kpi: KpiDefinition, given: Given) -> int:
    """A whole step of the KPI's scale."""
    if given.value is None:
        raise FactError(_("A value is needed."), "value")
    low, high = kpi.scale or (0, 0)
    if given.value != int(given.value) or not low <= given.value <= high:
        message = _("This KPI is answered in whole steps from {low} to {high}.")
        raise FactError(str(message).format(low=low, high=high), "value")
    return int(given.value)


def share(kpi: KpiDefinition, given: Given) -> Sums:
    """Yes or no, or hits of n."""
    if given.value is None:
        return hits_of_n(given)._replace(bucket=0)
    if given.value not in (ZERO, ONE):
        raise FactError(_("1 (yes) or 0 (no) is needed, or numerator and denominator."), "value")
    hits = given.value * given.times
    return Sums(int(given.times), hits, hits)


def top_box(kpi: KpiDefinition, given: Given) -> Sums:
    """An answer on the scale, or hits of n."""
    if given.value is None:
        return hits_of_n(given)
    score = answer(kpi, given)
    hits = given.times if score > (kpi.scale_high or 0) - kpi.box else ZERO
    return Sums(int(given.times), hits, hits, score)


def nps(kpi: KpiDefinition, given: Given) -> Sums:
    """An answer from 0 to 10, or promoters and detractors of n. total = P - D, squares = P + D."""
    if given.value is None:
        promoters, detractors = whole("promoters", given.promoters), whole("detractors", given.detractors)
        n = whole("denominator", given.denominator)
        if promoters + detractors > n:
            raise FactError(_("There cannot be more promoters and detractors than answers."), "denominator")
        return Sums(n, Decimal(promoters - detractors), Decimal(promoters + detractors), AGGREGATE)
    score = answer(kpi, given)
    vote = given.times if score >= PROMOTER else -given.times if score <= DETRACTOR else ZERO
    return Sums(int(given.times), vote, abs(vote), score)


def mean(kpi: KpiDefinition, given: Given) -> Sums:
    """A value, or sum and n with the sum of squares."""
    if given.value is None:
        return mean_of_many(kpi, given)
    bucket = 0
    if kpi.scale:
        low, high = kpi.scale
        if not low <= given.value <= high:
            message = _("The value lies outside the scale from {low} to {high}.")
            raise FactError(str(message).format(low=low, high=high), "value")
        bucket = floor(given.value + HALF)  # the nearest step: for the histogram only
    total = given.value * given.times
    return Sums(int(given.times), total, given.value * total, bucket)


def mean_of_many(kpi: KpiDefinition, given: Given) -> Sums:
    """Sum and n; where the squares are unknown, the widest spread that the scale allows is taken.

    sum of squares <= total (low + high) - n low high (Bhatia and Davis 2000), so the interval is never too narrow.
    """
    if given.numerator is None:
        raise FactError(_("A value is needed, or sum and number."), "value")
    n, total, widest = whole("denominator", given.denominator), given.numerator, None
    if n == 0:
        raise FactError(_("A mean needs at least one observation."), "denominator")
    if kpi.scale:
        low, high = kpi.scale
        if not n * low <= total <= n * high:
            raise FactError(_("The sum does not fit the scale and the number."), "numerator")
        widest = total * (low + high) - n * low * high
    squares = given.squares if given.squares is not None else widest
    if squares is None:
        raise FactError(_("Without the sum of squares no interval can be computed."), "squares")
    if squares * n < total * total or (widest is not None and squares > widest) or squares > MOST * MOST:
        raise FactError(_("This sum of squares is impossible for this sum and number."), "squares")
    return Sums(n, total, squares, AGGREGATE)


def percentile(kpi: KpiDefinition, given: Given) -> Sums:
    """A value from 0 up; its bucket is that of the log scale."""
    if given.value is None:
        raise FactError(_("Percentiles cannot be counted from sums: single values are needed."), "value")
    if given.value < 0:
        raise FactError(_("A duration is not negative."), "value")
    total = given.value * given.times
    return Sums(int(given.times), total, given.value * total, TIMES.index(float(given.value)))


def rate(kpi: KpiDefinition, given: Given) -> Sums:
    """Events, exposure, or both: they often come from two systems."""
    events = given.numerator if given.numerator is not None else given.value
    if events is None and given.denominator is None:
        raise FactError(_("Numerator or denominator is needed."), "numerator")
    exposure = 0 if given.denominator is None else whole("denominator", given.denominator)
    return Sums(exposure, Decimal(whole("numerator", ZERO if events is None else events)), ZERO)


def quotient(kpi: KpiDefinition, given: Given) -> Sums:
    """The amount of one unit, or amount and units, which may come apart."""
    if given.value is not None:
        return Sums(int(given.times), given.value, ZERO)
    if given.numerator is None and given.denominator is None:
        raise FactError(_("Numerator or denominator is needed."), "numerator")
    units = 0 if given.denominator is None else whole("denominator", given.denominator)
    return Sums(units, ZERO if given.numerator is None else given.numerator, ZERO)


def count(kpi: KpiDefinition, given: Given) -> Sums:
    """How many: the value, else the number of times."""
    many = next(amount for amount in (given.value, given.numerator, given.times) if amount is not None)
    number = whole("value", many)
    return Sums(number, Decimal(number), ZERO)


def amount(kpi: KpiDefinition, given: Given) -> Sums:
    """An amount, and how many things it is the sum of."""
    total = given.value if given.value is not None else given.numerator
    if total is None:
        raise FactError(_("A value is needed."), "value")
    things = int(given.times) if given.denominator is None else whole("denominator", given.denominator)
    return Sums(things, total, ZERO)


def visit(kpi: KpiDefinition, given: Given) -> Sums:
    """One visit of a customer (or `times` of them)."""
    if not given.subject:
        raise FactError(_("Different customers are counted by a customer number."), "subject")
    if given.times < 1:
        raise FactError(_("A customer was there at least once."), "times")
    return Sums(int(given.times), given.times, ZERO)


CODERS: dict[Shape, Coder] = {
    Shape.SHARE: share,
    Shape.TOP_BOX: top_box,
    Shape.NPS: nps,
    Shape.MEAN: mean,
    Shape.PERCENTILE: percentile,
    Shape.RATE: rate,
    Shape.QUOTIENT: quotient,
    Shape.COUNT: count,
    Shape.SUM: amount,
    Shape.DISTINCT: visit,
    Shape.REPEAT: visit,
}
