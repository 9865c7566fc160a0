"""One measurement on its way in: where it belongs, what it counts, and the key by which it is known again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis.coding import FactError, Given, Sums, coded
from touchpoints.kpis.models import KpiDefinition, Segment


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What was measured, when and where. Without `external_id` it is known again by its content.

    Phase and channel default to those of the touchpoint, the phase at last to the KPI's home.
    """

    kpi: KpiDefinition
    day: date
    given: Given = field(default_factory=Given)
    at: datetime | None = None
    touchpoint: Touchpoint | None = None
    phase: Phase | None = None
    channel: Channel | None = None
    segment: Segment | None = None
    source: str = ""
    external_id: str | None = None
    note: str | None = None

    def row(self, *, today: date, entered_by: User | None) -> dict[str, Any]:
        """The row of `rollup.COLUMNS`. Raises FactError."""
        check_day(self.day, today)
        sums = coded(self.kpi, self.given)
        place = self.touchpoint
        given_place = (
            place.pk if place else None, self.phase.pk if self.phase else None,
            self.channel.pk if self.channel else None, self.segment.pk if self.segment else None,
        )  # fmt: skip
        content = (self.day, self.at, *given_place, self.given.subject, self.given.value, *sums)
        return {
            "kpi_id": self.kpi.pk, "day": self.day, "at": self.at,
            "touchpoint_id": (place.duplicate_of_id or place.pk) if place else None,
            "phase_id": given_place[1] or (place and place.phase_id) or self.kpi.phase_id,
            "channel_id": given_place[2] or (place and place.channel_id),
            "segment_id": given_place[3], "subject": self.given.subject, "value": self.given.value,
            "n": sums.n, "total": sums.total, "squares": sums.squares, "bucket": sums.bucket,
            "source": self.source, "external_id": self.external_id, "entered_by_id": entered_by and entered_by.pk,
            "note": self.note, "has_id": self.external_id is not None,
            "key": key_of(self.kpi.pk, self.source, self.external_id, content),
        }  # fmt: skip


def check_day(day: date, today: date) -> None:
    """Refuse what has not happened yet."""
    if day > today:
        raise FactError(_("This day has not come yet."), "day")


def key_of(kpi: int, source: str, external_id: str | None, content: Iterable[Any]) -> UUID:
    """128 bits that stand for the number in the source or, without one, for the content."""
    parts = ("id", external_id) if external_id is not None else ("row", *map(plain, content))
    text = "\x1f".join((str(kpi), source, *parts))
    return UUID(bytes=blake2b(text.encode(), digest_size=16).digest())


def plain(value: Any) -> str:
    """The one way in which a value is written in a key: 1.50 and 1.5 are the same."""
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


__all__ = ["Fact", "FactError", "Given", "Sums", "check_day", "key_of"]
