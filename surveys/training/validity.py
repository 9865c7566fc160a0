"""Until when a certificate holds. Pure."""

from calendar import monthrange
from datetime import date, timedelta

SHORTEST = timedelta(days=60)
"""A certificate of a course with a fixed month holds at least so long: nobody learns the same twice within weeks."""


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last one of a month that is shorter."""
    at = day.year * 12 + day.month - 1 + months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def valid_until(
    issued_on: date, *, months: int | None, month: int | None, before: date | None = None
) -> date | None:
    """The last day on which a certificate of that day holds; None for ever.

    `before` is the end of the one that it follows: whoever is early loses nothing, the new one begins where that ends.
    """
    start = before if before is not None and before > issued_on else issued_on
    if months:
        return months_after(start, months)
    if not month:
        return None
    least = issued_on + SHORTEST if start == issued_on else start + timedelta(days=1)
    year = least.year
    end = date(year, month, monthrange(year, month)[1])
    return end if end >= least else date(year + 1, month, monthrange(year + 1, month)[1])
