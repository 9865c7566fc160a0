"""One measurement on its way in: where it belongs, what it counts, and the key by which it is known again."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db.models import Model
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
        return {
            "kpi_id": self.kpi.pk, "day": self.day, "at": self.at,
            "touchpoint_id": (place.duplicate_of_id or place.pk) if place else None,
            "phase_id": pk_of(self.phase) or (place and place.phase_id) or self.kpi.phase_id,
            "channel_id": pk_of(self.channel) or (place and place.channel_id),
            "segment_id": pk_of(self.segment), "subject": self.given.subject, "value": self.given.value,
            "n": sums.n, "total": sums.total, "squares": sums.squares, "bucket": sums.bucket,
            "source": self.source, "external_id": self.external_id, "entered_by_id": entered_by and entered_by.pk,
            "note": self.note, "has_id": self.external_id is not None,
            "key": key_of(self.kpi.pk, self.source, self.external_id, self.content(sums)),
        }  # fmt: skip

    def content(self, sums: Sums) -> str:
        """By what it is known again without a number: what was delivered, not what was filled in from elsewhere."""
        segment = self.segment.code if self.segment else None
        place = joined(pk_of(self.touchpoint), pk_of(self.phase), pk_of(self.channel), segment)
        return joined(joined(self.day, self.at), place, self.given.subject, joined(self.given.value, *sums))


def pk_of(thing: Model | None) -> int | None:
    """Its id, if there is one."""
    return None if thing is None else int(thing.pk)


def check_day(day: date, today: date) -> None:
    """Refuse what has not happened yet."""
    if day > today:
        raise FactError(_("This day has not come yet."), "day")


def key_of(kpi: int, source: str, external_id: str | None, content: str) -> UUID:
    """128 bits that stand for the number in the source or, without one, for the content (see `joined`)."""
    known_by = f"id\x1f{external_id}" if external_id is not None else f"row\x1f{content}"
    return UUID(bytes=blake2b(f"{kpi}\x1f{source}\x1f{known_by}".encode(), digest_size=16).digest())


def joined(*parts: Any) -> str:
    """Some parts of a content as one text."""
    return "\x1f".join(map(plain, parts))


def plain(value: Any) -> str:
    """The one way in which a value is written in a key: 1.50 and 1.5 are the same."""
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
