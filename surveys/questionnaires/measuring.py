"""Answers of customers at a touchpoint as measurements of the KPIs that ask the same: NPS, CSAT and CES.

Answers with name are measured one by one. Of confidential and anonymous ones whole blocks are: a measurement is
a row that everybody in the house can read.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from surveys.questionnaires.choices import CUSTOMER_USES, TOP_BOX, Kind
from surveys.questionnaires.models import Wave
from touchpoints.kpis.actions import Fact, Given
from touchpoints.kpis.models import KpiDefinition

SOURCE = "cxm survey"
EVERYWHERE = {Kind.NPS: "AD1", Kind.CSAT: "AS1"}
EFFORT = {"consideration": "CO4", "closing": "CL2"}
"""The effort has a KPI of its own in each of these phases; in others the catalogue has none."""


def counts_for_kpis(wave: Wave) -> bool:
    """Whether its answers are those of customers at a touchpoint."""
    return wave.touchpoint_id is not None and wave.questionnaire.use in CUSTOMER_USES


def kpis_of(wave: Wave) -> dict[str, KpiDefinition]:
    """The KPIs by kind of question."""
    codes: dict[str, str] = {str(kind): code for kind, code in EVERYWHERE.items()}
    phase = wave.touchpoint.phase if wave.touchpoint else None
    if phase and phase.code in EFFORT:
        codes[str(Kind.CES)] = EFFORT[phase.code]
    found = {kpi.code: kpi for kpi in KpiDefinition.objects.filter(code__in=codes.values())}
    return {kind: found[code] for kind, code in codes.items() if code in found}


def single_facts(wave: Wave, responses: Sequence[Any], day: date) -> list[Fact]:
    """One measurement for each headline of each answer."""
    return [
        _fact(wave, kpi, day, f"{response.pk}-{kind}", Given(value=Decimal(value)))
        for kind, kpi in kpis_of(wave).items()
        for response in responses
        for value in [getattr(response, kind)]
        if value is not None
    ]


def summed_facts(wave: Wave, steps: Mapping[str, Mapping[int, int]], day: date, block: int) -> list[Fact]:
    """One measurement for each kind: how many chose which step."""
    kpis = kpis_of(wave)
    return [
        _fact(wave, kpis[kind], day, f"wave-{wave.pk}-{kind}-{block}", _sum(kind, counts))
        for kind, counts in steps.items()
        if kind in kpis
    ]


def _sum(kind: str, counts: Mapping[int, int]) -> Given:
    n = Decimal(sum(counts.values()))
    if kind == Kind.NPS:
        promoters = sum(count for step, count in counts.items() if step >= 9)
        detractors = sum(count for step, count in counts.items() if step <= 6)
        return Given(promoters=Decimal(promoters), detractors=Decimal(detractors), denominator=n)
    best = sum(count for step, count in counts.items() if step >= TOP_BOX[Kind(kind)])
    return Given(numerator=Decimal(best), denominator=n)


def _fact(wave: Wave, kpi: KpiDefinition, day: date, number: str, given: Given) -> Fact:
    return Fact(kpi=kpi, day=day, given=given, touchpoint=wave.touchpoint, source=SOURCE, external_id=number)
