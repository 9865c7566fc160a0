"""The nightly look at all figures: what jumps, what misses its target twice, where no data come any more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.kit.access import Role
from cxm.kit.statistics import Change, Light
from cxm.notices.actions import notify_all
from touchpoints.kpis.choices import (
    ALARM_CLOSED,
    ALARM_NOTICE,
    ALARM_RAISED,
    ALARM_SEEN,
    AlarmState,
    Grain,
    Reason,
    Status,
)
from touchpoints.kpis.figures import Figure, aim_of, figures, is_stale, newest_days
from touchpoints.kpis.models import Alarm, KpiDefinition, PhaseCell, Target
from touchpoints.kpis.periods import Period
from touchpoints.kpis.pools import estimate_of, jumped, limits_of
from touchpoints.kpis.words import alarm_sentence

LOOKED_BACK = 9
"""So many of the newest months with data say in which rhythm a KPI is delivered."""


@transaction.atomic
def raise_alarms(*, at: date | None = None) -> int:
    """Look at the last settled period of each KPI that is shown and in use; returns how many alarms are new.

    The period is a month, or the quarter or year where data come no more often. May run any number of times: an alarm
    comes once for each KPI, reason and period, and a target that stays missed once for the whole time. Each KPI's
    owner and the CX managers are told, once and in their digest. Alarms of missing data close by themselves when data
    come.
    """
    today = at or timezone.localdate()
    kpis = list(
        KpiDefinition.objects.shown().filter(status=Status.ACTIVE).in_order().select_related("owner__user")
    )
    newest = newest_days(kpis)
    close_answered(newest)
    known = set(Alarm.objects.filter(kpi__in=kpis).values_list("kpi", "reason", "grain", "start"))
    missed = {kpi: start for kpi, reason, _grain, start in sorted(known) if reason == Reason.MISSED}
    found = [*unusual(kpis, today, missed), *stale(kpis, newest, today)]
    new = [
        one for one in found if (one.kpi_id, one.reason, one.grain, one.start) not in known and first_to(one)
    ]
    tell(new)
    return len(new)


def first_to(alarm: Alarm) -> bool:
    """Save the alarm; False if another worker was faster."""
    saved, is_new = Alarm.objects.get_or_create(
        kpi=alarm.kpi,
        reason=alarm.reason,
        grain=alarm.grain,
        start=alarm.start,
        defaults={"data": alarm.data},
    )
    alarm.pk = saved.pk
    return is_new


def unusual(kpis: Sequence[KpiDefinition], today: date, missed: dict[int, date]) -> Iterator[Alarm]:
    """Jumps, and targets missed in two periods running. `missed`: from when the newest such alarm of a KPI is.

    Two queries, and one or two for each different settling time and rhythm.
    """
    everything = list(Target.objects.filter(kpi__in=kpis))
    targets: defaultdict[int, list[Target]] = defaultdict(list)
    for target in everything:
        targets[target.kpi_id].append(target)
    rhythms = rhythms_of(kpis, today)
    groups: defaultdict[Period, list[KpiDefinition]] = defaultdict(list)
    for kpi in kpis:
        grain = kpi.own_grain or rhythms.get(kpi.pk, Grain.MONTH)
        groups[Period.last_closed(grain, today - timedelta(days=kpi.settles_after))].append(kpi)
    for period, group in groups.items():
        for one in figures(group, period, targets=everything).values():
            yield from of_figure(one, targets[one.kpi.pk], missed.get(one.kpi.pk))


def rhythms_of(kpis: Sequence[KpiDefinition], today: date) -> dict[int, Grain]:
    """How often each KPI is delivered: by the usual distance of its newest months with data. One query."""
    months: defaultdict[int, list[int]] = defaultdict(list)
    rows = PhaseCell.objects.filter(kpi__in=kpis, month__lte=today).order_by("-month")
    for kpi, month in rows.values_list("kpi", "month").distinct():
        months[kpi].append(month.year * 12 + month.month)
    return {kpi: rhythm(found[:LOOKED_BACK]) for kpi, found in months.items() if len(found) > 1}


def rhythm(months: Sequence[int]) -> Grain:
    """Of months in descending order. One that was left out among many does not make a rhythm slower."""
    distance = (months[0] - months[-1]) / (len(months) - 1)
    if distance <= 1.5:
        return Grain.MONTH
    return Grain.QUARTER if distance <= 4.5 else Grain.YEAR


def of_figure(one: Figure, targets: Sequence[Target], missed: date | None) -> Iterator[Alarm]:
    """The alarms of a closed period, seen against those that were counted in the same way."""
    estimate = one.estimate
    if estimate is None:
        return
    pools = one.comparable
    before = estimate_of(one.kpi, pools[-1]) if pools else None
    limits = limits_of(one.kpi, pools, one.pool)
    data = {
        "low": limits[0] if limits else None, "high": limits[1] if limits else None,
        "value": estimate.value, "n": estimate.n,
        "before": before.value if before else None, "target": one.target.value if one.target else None,
    }  # fmt: skip
    if jumped(one.kpi, pools, one.pool) is not Change.NOT_SIGNIFICANT:
        yield made(one.kpi, Reason.JUMP, one.period, data)
    run = missed_in_a_row(one, targets)
    if len(run) > 1 and (missed is None or missed < run[0].start):
        yield made(one.kpi, Reason.MISSED, one.period, data | {"times": len(run)})


def missed_in_a_row(one: Figure, targets: Sequence[Target]) -> list[Period]:
    """The periods up to this one that miss the target of their time, one after the other."""
    run: list[Period] = []
    compared = len(one.before) - len(one.comparable)  # what was counted in another way is no miss of this one
    line = [*one.before, (one.period, one.pool)]
    for place in range(len(line) - 1, compared - 1, -1):
        period, pool = line[place]
        aim = aim_of(one.kpi, targets, period)
        if (
            replace(one, period=period, pool=pool, before=one.before[:place], target=aim).light
            is not Light.RED
        ):
            break
        run.insert(0, period)
    return run


def stale(kpis: Iterable[KpiDefinition], newest: dict[int, date], today: date) -> Iterator[Alarm]:
    """KPIs of which data are overdue: once for each newest day."""
    for kpi in kpis:
        day = newest.get(kpi.pk)
        if day is not None and is_stale(kpi, day, today):
            yield made(kpi, Reason.STALE, Period.containing(Grain.DAY, day), {"newest": day.isoformat()})


def made(kpi: KpiDefinition, reason: Reason, period: Period, data: dict[str, Any]) -> Alarm:
    """An alarm, not saved."""
    return Alarm(kpi=kpi, reason=reason, grain=period.grain or Grain.DAY, start=period.start, data=data)


def close_answered(newest: dict[int, date]) -> None:
    """Close alarms of missing data where data have come since."""
    for alarm in Alarm.objects.open().filter(reason=Reason.STALE).select_for_update():
        if newest.get(alarm.kpi_id, alarm.start) > alarm.start:
            alarm.state, alarm.closed_at = AlarmState.CLOSED, timezone.now()
            alarm.save(update_fields=["state", "closed_at"])


def tell(alarms: Sequence[Alarm]) -> None:
    """Write them down, and tell who keeps the KPI and who manages all of them."""
    managers = list(User.objects.active().with_role(Role.CX_MANAGER)) if alarms else []
    for alarm in alarms:
        record(
            ALARM_RAISED,
            actor=None,
            target=alarm.kpi,
            data={"reason": alarm.reason, "start": str(alarm.start)},
        )
        keeper = alarm.kpi.owner.user if alarm.kpi.owner else None
        text = format_lazy(
            _("Alarm for {kpi}: {what}"),
            kpi=lazy(str, str)(alarm.kpi),
            what=lazy(alarm_sentence, str)(alarm),
        )
        notify_all(
            users=[*managers, *([keeper] if keeper else [])],
            kind=ALARM_NOTICE,
            text=text,
            key=f"alarm:{alarm.kpi_id}:{alarm.reason}:{alarm.start}",
            url=alarm.get_absolute_url(),
        )


@transaction.atomic
def look_into_alarm(*, alarm: Alarm, actor: User) -> None:
    """Somebody takes care of it. Locks it; a closed one stays closed."""
    locked = Alarm.objects.select_for_update().select_related("kpi").get(pk=alarm.pk)
    if locked.state == AlarmState.OPEN:
        locked.state = AlarmState.SEEN
        locked.save(update_fields=["state"])
        record(ALARM_SEEN, actor=actor, target=locked.kpi, data={"reason": locked.reason})


@transaction.atomic
def close_alarm(*, alarm: Alarm, note: str, actor: User) -> None:
    """It is settled; the note says what was found. Locks it."""
    locked = Alarm.objects.select_for_update(of=("self",)).select_related("kpi").get(pk=alarm.pk)
    if locked.state == AlarmState.CLOSED:
        raise ValidationError(_("Somebody else has closed this alarm meanwhile."))
    if not note.strip():
        raise ValidationError({"note": _("Say in a sentence what was found.")})
    locked.state, locked.closed_at, locked.closed_by = AlarmState.CLOSED, timezone.now(), actor
    locked.closed_note = note.strip()
    locked.save(update_fields=["state", "closed_at", "closed_by", "closed_note"])
    record(
        ALARM_CLOSED,
        actor=actor,
        target=locked.kpi,
        data={"reason": locked.reason, "note": locked.closed_note},
    )
