"""Which periods a page offers."""

from typing import Any

from cxm.kit.numbers import Formats
from touchpoints.kpis.choices import Grain
from touchpoints.kpis.periods import Period, running_quarter


def period_choices(chosen: Period, f: Formats) -> list[dict[str, Any]]:
    """Eight quarters and three years to choose from, the newest first, and the chosen one if it is another."""
    quarter, year = running_quarter(), Period.containing(Grain.YEAR)
    offered = [quarter, *reversed(quarter.history(7)), year, *reversed(year.history(2))]
    if chosen not in offered:
        offered.insert(0, chosen)
    return [{"code": p.code, "label": p.label(f.lang), "chosen": p == chosen} for p in offered]
