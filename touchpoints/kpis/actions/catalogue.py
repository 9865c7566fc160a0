"""The declared KPIs on their way into the database."""

from typing import Any

from django.db import transaction
from django.utils.translation import override

from touchpoints.inventory.models import Phase
from touchpoints.kpis.choices import KPIS, Kpi, Shape
from touchpoints.kpis.models import KpiDefinition

STEP = 10  # between two positions, so that an own KPI can be put in between


@transaction.atomic
def sync_catalogue() -> int:
    """Bring what rooms have declared into the database; returns how many KPIs were new or different.

    What the manager has decided (shown, headline, position, owner, fewest observations, status) stays. A KPI that is
    no longer declared becomes an own one: its measurements are kept. No business event of its own: the code did it,
    and the field history has it.
    """
    phases = dict(Phase.objects.default().values_list("code", "pk"))
    known = {kpi.code: kpi for kpi in KpiDefinition.objects.select_for_update().order_by("pk")}
    wanted = {kpi.code: declared_fields(kpi, phases) for kpi in KPIS}
    new = [
        KpiDefinition(code=kpi.code, **wanted[kpi.code], is_shown=kpi.shown, is_headline=kpi.headline,
                      min_n=kpi.min_n, position=place * STEP)
        for place, kpi in enumerate(KPIS, 1)
        if kpi.code not in known
    ]  # fmt: skip
    KpiDefinition.objects.bulk_create(new)
    changed = [known[code] for code, fields in wanted.items() if code in known and put(known[code], fields)]
    dropped = [kpi for code, kpi in known.items() if code not in wanted and put(kpi, {"is_declared": False})]
    if changed or dropped:
        KpiDefinition.objects.bulk_update([*changed, *dropped], FIELDS)
    return len(new) + len(changed) + len(dropped)


FIELDS = [
    "name_de", "name_en", "is_declared", "phase_id", "aspect", "shape", "unit", "aim", "is_census", "scale_low",
    "scale_high", "box", "q", "factor", "settles_after", "stale_after",
]  # fmt: skip
"""What the declaration decides."""


def declared_fields(kpi: Kpi, phases: dict[str, int]) -> dict[str, Any]:
    """The columns of a declared KPI. Names in both languages, so that lists can sort and search by them."""
    names = {}
    for language in ("de", "en"):
        with override(language):
            names[language] = str(kpi.name)
    low, high = (None, None) if kpi.scale is None or kpi.shape == Shape.NPS else kpi.scale
    return {
        "name_de": names["de"], "name_en": names["en"], "is_declared": True, "phase_id": phases.get(kpi.phase),
        "aspect": kpi.aspect, "shape": kpi.shape, "unit": kpi.unit, "aim": kpi.aim, "is_census": kpi.census,
        "scale_low": low, "scale_high": high, "box": kpi.box, "q": kpi.q, "factor": kpi.factor,
        "settles_after": kpi.settles_after, "stale_after": kpi.stale_after,
    }  # fmt: skip


def put(kpi: KpiDefinition, fields: dict[str, Any]) -> bool:
    """Set the fields on the instance; whether one of them was different."""
    different = [name for name, value in fields.items() if getattr(kpi, name) != value]
    for name in different:
        setattr(kpi, name, fields[name])
    return bool(different)
