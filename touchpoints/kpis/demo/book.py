"""What the demo's measurements refer to, looked up once."""

from dataclasses import dataclass
from random import Random

from cxm.kit.demo import World
from cxm.kit.fields import sort_key
from touchpoints.inventory.models import Channel, Touchpoint
from touchpoints.kpis.models import KpiDefinition, Segment

TELLING = 1
"""Which of the two years that chance could tell is told: dice are honest, and now and then they move a figure, too."""
PRIVATE, BUSINESS = "Privatkunden", "Objektkunden"


@dataclass(frozen=True)
class Book:
    """KPIs by code, touchpoints by name, channels by code, segments by name."""

    kpis: dict[str, KpiDefinition]
    touchpoints: dict[str, Touchpoint]
    channels: dict[str, Channel]
    segments: dict[str, Segment]
    rng: Random

    @classmethod
    def open(cls, world: World) -> "Book":
        """Read everything; makes the two segments."""
        made = Segment.objects.bulk_create(
            Segment(code=sort_key(name), name=name) for name in (PRIVATE, BUSINESS)
        )
        return cls(
            kpis={kpi.code: kpi for kpi in KpiDefinition.objects.all()},
            touchpoints=world.things["touchpoints"],
            channels={channel.code: channel for channel in Channel.objects.all()},
            segments={segment.name: segment for segment in made},
            rng=Random(world.rng.random() + TELLING),
        )

    def kpi(self, code: str) -> KpiDefinition:
        """The KPI with this code."""
        return self.kpis[code]

    def touchpoint(self, name: str) -> Touchpoint:
        """The touchpoint with this name."""
        return self.touchpoints[name]

    def segment_at(self, touchpoint: Touchpoint) -> Segment:
        """Who is met there: field sales serve business customers, everybody else private ones."""
        is_business = touchpoint.channel_id == self.channels["field_sales"].pk
        return self.segments[BUSINESS if is_business else PRIVATE]
