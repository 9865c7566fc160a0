"""Waves: planned, opened for a population, reminded of, closed."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.organisation.models import Person
from surveys.questionnaires.actions.answering import count_for_kpis, release
from surveys.questionnaires.actions.customers import enrol_customers, refuse_few, refuse_others, sift
from surveys.questionnaires.actions.inviting import Invited, tell_invited
from surveys.questionnaires.choices import (
    WAVE_CHANGED,
    WAVE_CLOSED,
    WAVE_OPENED,
    WAVE_PLANNED,
    Group,
    Identity,
    Status,
    Step,
    Turnout,
    Use,
)
from surveys.questionnaires.customers import Customer
from surveys.questionnaires.models import Invitation, Questionnaire, Wave, digest_of, new_token
from touchpoints.inventory.models import Touchpoint

log = logging.getLogger(__name__)


@transaction.atomic
def plan_wave(
    *,
    questionnaire: Questionnaire,
    name: str,
    closes_at: datetime | None = None,
    weights: Mapping[str, Any] | None = None,
    touchpoint: Touchpoint | None = None,
    actor: User | None,
) -> Wave:
    """A wave on the version that is valid now. Raises ValidationError by field."""
    version = questionnaire.versions.published().first()
    if version is None:
        raise ValidationError(_("Publish the questionnaire first."), code="unpublished")
    wave = Wave(
        questionnaire=questionnaire, version=version, name=name.strip(), closes_at=closes_at,
        weights=dict(weights or {}), touchpoint=touchpoint,
    )  # fmt: skip
    wave.full_clean()
    wave.save()
    record(WAVE_PLANNED, actor=actor, target=wave)
    return wave


@transaction.atomic
def change_wave(*, wave: Wave, name: str, closes_at: datetime | None, actor: User | None) -> Wave:
    """Another name or another end; what counts for the answers is fixed once it is open. Locks the wave."""
    locked = Wave.objects.select_for_update().get(pk=wave.pk)
    if locked.closed_at is not None:
        raise ValidationError(_("This wave is closed."), code="closed")
    if closes_at is not None and closes_at <= timezone.now():
        raise ValidationError({"closes_at": _("This moment is over. To end the wave now, close it.")})
    locked.name, locked.closes_at = name.strip(), closes_at
    locked.full_clean()
    locked.save(update_fields=["name", "closes_at"])
    record(WAVE_CHANGED, actor=actor, target=locked)
    return locked


@transaction.atomic
def open_wave(
    *,
    wave: Wave,
    people: Iterable[Person] = (),
    leaders: Iterable[Person] = (),
    customers: Sequence[Customer] = (),
    actor: User | None,
) -> list[Invited]:
    """Open it for these people: the roll is taken now, with the group and unit of today; one multi-row insert.

    Whoever is among the leaders counts as one; customers who did not want to take part lately are left out. Their links
    are returned once and kept as digests only. Locks the wave; of two who open at once the second is refused.
    """
    locked = (
        Wave.objects.select_for_update(of=("self",))
        .select_related("version", "questionnaire")
        .get(pk=wave.pk)
    )
    if locked.opened_at is not None:
        raise ValidationError(_("This wave is open already."), code="open")
    if locked.version.status != Status.PUBLISHED:
        raise ValidationError(_("Its version has been retired; plan a new wave."), code="retired")
    groups = {person.pk: (person, Group.EMPLOYEES) for person in people}
    groups |= {person.pk: (person, Group.LEADERS) for person in leaders}
    asked: list[Customer] = []
    if customers:
        refuse_others(locked)
        own = {person.email.lower() for person, _group in groups.values()}
        asked = [one for one in sift(locked, customers).fresh if one.key not in own]
        if not asked and not groups:
            raise ValidationError(_("Nobody of this list may be asked again yet."), code="nobody")
    refuse_few(locked, len(groups) + len(asked))
    locked.opened_at, locked.min_cell = timezone.now(), locked.questionnaire.min_cell
    locked.save(update_fields=["opened_at", "min_cell"])
    invited = enrol(locked, groups.values()) + enrol_customers(locked, asked)
    if locked.questionnaire.use != Use.QUIZ:  # a course asks for its quiz itself
        members = [person for person, _group in groups.values()]
        tell_invited(
            wave=locked,
            invited=[(one.invitation, one.token) for one in invited],
            users=[person.user for person in members if person.user],
        )
    record(WAVE_OPENED, actor=actor, target=locked, data={"count": len(invited)})
    return invited


def enrol(wave: Wave, members: Iterable[tuple[Person, str]]) -> list[Invited]:
    """Write people onto the roll; one insert. Whoever stands there already keeps his link."""
    found = []
    for person, group in members:
        token = new_token()
        found.append(
            Invited(
                Invitation(
                    wave=wave, person=person, group=group, unit_id=person.unit_id, name=person.name,
                    email=person.email, language=person.user.language if person.user else "de",
                    token_digest=digest_of(token),
                    # Whoever has neither an address nor an account can be told by nobody but a colleague.
                    status=Turnout.SENT if person.email or person.user_id else Turnout.QUEUED,
                ),
                token,
            )
        )  # fmt: skip
    Invitation.objects.bulk_create(
        [one.invitation for one in found], batch_size=5_000, ignore_conflicts=False
    )
    return found


@transaction.atomic
def close_wave(*, wave: Wave, actor: User | None, if_due: bool = False, at: datetime | None = None) -> Wave:
    """Take no answers any more, and empty the ballot box. What is unfinished stays unfinished. Locks the wave.

    With `if_due` only if its time is over; `at` says when it was closed, if not now.
    """
    locked = (
        Wave.objects.select_for_update(of=("self",))
        .select_related("version", "questionnaire", "touchpoint__phase")
        .get(pk=wave.pk)
    )
    if locked.opened_at is None:
        raise ValidationError(_("This wave has not begun yet."), code="planned")
    if locked.closed_at is not None:
        raise ValidationError(_("This wave is closed."), code="closed")
    if if_due and locked.step != Step.CLOSED:
        raise ValidationError(_("This wave was given more time meanwhile."), code="extended")
    locked.closed_at = at or timezone.now()
    locked.save(update_fields=["closed_at"])
    if locked.version.identity == Identity.ANONYMOUS:
        count = release(wave=locked)
    else:
        count = locked.invitations.filter(status=Turnout.COMPLETED).count()
        count_for_kpis(
            locked, day=timezone.localdate(locked.closed_at)
        )  # what the last, unfinished block adds
    record(WAVE_CLOSED, actor=actor, target=locked, data={"count": count, "wave": locked.pk})
    return locked


def close_due() -> int:
    """Close the waves whose time is over; returns how many."""
    closed = 0
    for wave in Wave.objects.due_to_close():
        try:
            close_wave(wave=wave, actor=None, if_due=True)
        except ValidationError:  # somebody closed or extended it between the look and the lock
            log.info("wave %s needed no closing any more", wave.pk)
        else:
            closed += 1
    return closed
