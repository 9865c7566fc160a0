"""What managers write: own KPIs, which are shown, versions, targets, notes."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from touchpoints.kpis.choices import (
    HEADLINES_CHOSEN,
    KPI_CHANGED,
    KPI_CREATED,
    KPI_VERSION,
    KPIS_CHOSEN,
    NOTE_ADDED,
    NOTE_REMOVED,
    TARGET_CHANGED,
    TARGET_ENDED,
    TARGET_REMOVED,
    TARGET_SET,
    VERSION_CHANGED,
    VERSION_REMOVED,
)
from touchpoints.kpis.models import KpiDefinition, KpiNote, KpiVersion, Measurement, Target

COUNTING = ("shape", "unit", "scale_low", "scale_high", "box", "q", "factor")
"""How a KPI is counted; fixed once something was measured, since the kept sums mean just that."""


@transaction.atomic
def define_kpi(*, actor: User, **fields: Any) -> KpiDefinition:
    """A KPI of the company's own, of one of the known shapes."""
    kpi = KpiDefinition(**fields)
    kpi.full_clean()
    kpi.save()
    record(KPI_CREATED, actor=actor, target=kpi)
    return kpi


@transaction.atomic
def change_kpi(*, actor: User, kpi: KpiDefinition, **fields: Any) -> KpiDefinition:
    """Change a KPI; how it is counted only as long as nothing was measured. Locks it."""
    locked = KpiDefinition.objects.select_for_update().get(pk=kpi.pk)
    changed = {name: value for name, value in fields.items() if getattr(locked, name) != value}
    fixed = [name for name in COUNTING if name in changed]
    if fixed and Measurement.objects.filter(kpi=locked).exists():
        reason = _(
            "It was measured already: how it is counted can no longer change. Define a new KPI instead."
        )
        raise ValidationError(dict.fromkeys(fixed, reason))
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.full_clean()
    if changed:
        locked.save(update_fields=list(changed))
        record(KPI_CHANGED, actor=actor, target=locked, data={"fields": sorted(changed)})
    return locked


@transaction.atomic
def choose_kpis(*, actor: User, kpis: Iterable[int], shown: bool) -> int:
    """Show these KPIs on the pages, or hide them; says how many changed."""
    count = KpiDefinition.objects.filter(pk__in=list(kpis)).exclude(is_shown=shown).update(is_shown=shown)
    if count:
        record(KPIS_CHOSEN, actor=actor, label=str(count), data={"shown": shown, "count": count})
    return count


@transaction.atomic
def choose_headlines(*, actor: User, kpis: Iterable[int], chosen: bool) -> int:
    """Put these KPIs at the top of the sponsor's page, or take them off it; says how many changed."""
    rows = KpiDefinition.objects.filter(pk__in=list(kpis)).exclude(is_headline=chosen)
    count = rows.update(is_headline=chosen)
    if count:
        record(HEADLINES_CHOSEN, actor=actor, label=str(count), data={"chosen": chosen, "count": count})
    return count


@transaction.atomic
def start_version(
    *, actor: User, kpi: KpiDefinition, valid_from: date, note: str, formula: str = ""
) -> KpiVersion:
    """From this day the KPI is counted in another way: the chart's line breaks there. Locks the KPI."""
    locked = KpiDefinition.objects.select_for_update().get(pk=kpi.pk)
    locked.formula_version += 1
    version = KpiVersion(
        kpi=locked, version=locked.formula_version, valid_from=valid_from, note=note, formula=formula
    )
    version.full_clean()
    version.save()
    locked.save(update_fields=["formula_version"])
    record(KPI_VERSION, actor=actor, target=locked, data={"day": valid_from.isoformat(), "note": note})
    return version


@transaction.atomic
def correct_version(
    *, actor: User, version: KpiVersion, valid_from: date, note: str, formula: str = ""
) -> KpiVersion:
    """Put right what was written of a version; its number stays. Locks it."""
    locked = KpiVersion.objects.select_for_update(of=("self",)).select_related("kpi").get(pk=version.pk)
    locked.valid_from, locked.note, locked.formula = valid_from, note, formula
    locked.full_clean()
    locked.save()
    record(VERSION_CHANGED, actor=actor, target=locked.kpi, data=told_of(locked))
    return locked


@transaction.atomic
def remove_version(*, actor: User, version: KpiVersion) -> None:
    """There was no new way of counting: the chart's line is whole again. Its number is not given again."""
    record(VERSION_REMOVED, actor=actor, target=version.kpi, data=told_of(version))
    version.delete()


def told_of(version: KpiVersion) -> dict[str, Any]:
    """The words of a history entry."""
    return {"version": version.version, "day": version.valid_from.isoformat(), "note": version.note}


@transaction.atomic
def set_target(
    *,
    kpi: KpiDefinition,
    value: Decimal,
    since: date,
    actor: User | None,
    tolerance: Decimal = Decimal(0),
    until: date | None = None,
    note: str = "",
) -> Target:
    """Want this from `since` on (to before `until`): an open target that began earlier ends there. Locks the KPI.

    The past keeps the target of its time. Raises ValidationError where another target holds in that time already.
    """
    KpiDefinition.objects.select_for_update().get(pk=kpi.pk)
    running = kpi.targets.filter(during__contains=since, during__startswith__lt=since).first()
    if running is not None and (
        running.during.upper is None or until is None or running.during.upper <= until
    ):
        running.during = (running.during.lower, since)
        running.save(update_fields=["during"])
    target = Target(kpi=kpi, during=(since, until), value=value, tolerance=tolerance, note=note, set_by=actor)
    target.full_clean(exclude=["set_by"])
    target.save()
    record(TARGET_SET, actor=actor, target=kpi, data={"value": str(value), "since": since.isoformat()})
    return target


@transaction.atomic
def correct_target(
    *,
    actor: User,
    target: Target,
    value: Decimal,
    since: date,
    tolerance: Decimal = Decimal(0),
    until: date | None = None,
    note: str = "",
) -> Target:
    """Put right what was entered wrongly, also for the past; the field history keeps what stood there. Locks the KPI.

    Raises ValidationError where another target holds in that time.
    """
    KpiDefinition.objects.select_for_update().get(pk=target.kpi_id)
    locked = Target.objects.select_related("kpi").get(pk=target.pk)
    before = locked.value
    locked.value, locked.tolerance, locked.during, locked.note = value, tolerance, (since, until), note
    locked.full_clean(exclude=["set_by"])
    locked.save()
    data = {"before": str(before.normalize()), "value": str(value), "since": since.isoformat()}
    record(TARGET_CHANGED, actor=actor, target=locked.kpi, data=data)
    return locked


@transaction.atomic
def remove_target(*, actor: User, target: Target) -> None:
    """It was never wanted: no period is judged by it any more. The field history keeps it."""
    data = {"value": str(target.value.normalize()), "since": target.during.lower.isoformat()}
    record(TARGET_REMOVED, actor=actor, target=target.kpi, data=data)
    target.delete()


@transaction.atomic
def end_target(*, actor: User, target: Target, on: date) -> None:
    """Want nothing any more from that day on; a target that has not begun then goes."""
    if on <= target.during.lower:
        target.delete()
    else:
        target.during = (target.during.lower, on)
        target.full_clean(exclude=["set_by"])
        target.save(update_fields=["during"])
    record(TARGET_ENDED, actor=actor, target=target.kpi, data={"on": on.isoformat()})


@transaction.atomic
def add_note(*, day: date, text: str, actor: User | None, kpi: KpiDefinition | None = None) -> KpiNote:
    """Say on the time line what happened that day; without KPI on all of them."""
    note = KpiNote(kpi=kpi, day=day, text=text, written_by=actor)
    note.full_clean(exclude=["kpi", "written_by"])
    note.save()
    record(NOTE_ADDED, actor=actor, target=kpi, label="" if kpi else _("all KPIs"), data={"text": text})
    return note


@transaction.atomic
def remove_note(*, actor: User, note: KpiNote) -> None:
    """Take a note off the time line."""
    record(
        NOTE_REMOVED,
        actor=actor,
        target=note.kpi,
        label="" if note.kpi else _("all KPIs"),
        data={"text": note.text},
    )
    note.delete()
