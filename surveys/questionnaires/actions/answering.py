"""From the first word in a form to the answer that counts."""

import random
from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.kit.rows import insert
from cxm.organisation.models import Unit
from surveys.questionnaires.ballot import coarsened
from surveys.questionnaires.choices import COMPLETED, PAPER_ENTERED, Identity, Step, Turnout
from surveys.questionnaires.entries import ROW, headline, merged, missing, rows_of
from surveys.questionnaires.guard import hand_over
from surveys.questionnaires.logic import shown
from surveys.questionnaires.measures import LEAST_FOR_SPREADS
from surveys.questionnaires.measuring import counts_for_kpis, single_facts, summed_facts
from surveys.questionnaires.models import Answer, Draft, Invitation, Response, Wave, digest_of, new_token
from surveys.questionnaires.sheet import sheet_of
from touchpoints.kpis.actions import measure

SHUFFLE = random.SystemRandom()
RESPONSE = [field.attname for field in Response._meta.concrete_fields]


@transaction.atomic
def begin(*, invitation: Invitation, token: str, language: str, is_late: bool = False) -> Draft:
    """The draft behind a personal link: the one begun before, or a new one. Locks the invitation.

    With `is_late` also after the wave has closed: what somebody has sent is kept, though it does not count; not any
    more once drafts of the wave are forgotten.
    """
    roll = Invitation.objects.select_related("wave").select_for_update(of=("self",))
    locked = roll.get(pk=invitation.pk)
    if locked.status == Turnout.STARTED and (found := Draft.objects.filter(invitation=locked).first()):
        return found
    until = locked.wave.drafts_until
    if not is_late or (until and until <= timezone.now()):
        refuse_closed(locked.wave)
    if locked.status == Turnout.COMPLETED:
        raise ValidationError(_("You have answered already. Thank you."), code="completed")
    locked.status = Turnout.STARTED
    locked.save(update_fields=["status"])
    return Draft.objects.create(
        wave=locked.wave, invitation=locked, token_digest=digest_of(token), language=language
    )


@transaction.atomic
def begin_by_link(*, wave: Wave, token: str, language: str, is_paper: bool = False) -> Draft:
    """A draft of somebody who came by a link for many, or of a form on paper that is typed in."""
    refuse_closed(wave)
    return Draft.objects.create(
        wave=wave, token_digest=digest_of(token), language=language, is_paper=is_paper
    )


@transaction.atomic
def enter_paper(*, wave: Wave, answers: dict[str, Any], language: str, actor: User) -> Response | None:
    """An answer that came on paper, typed in and handed in at once; it is marked as such and recorded."""
    draft = begin_by_link(wave=wave, token=new_token(), language=language, is_paper=True)
    draft = save_answers(draft=draft, answers=answers, page=1, language=language)
    return finish(draft=draft, actor=actor)


@transaction.atomic
def decline(*, invitation: Invitation) -> None:
    """Somebody does not want to take part: what he has begun is thrown away. He may change his mind by the same link.

    Locks the invitation. Nothing is recorded: when somebody said so is nobody's business.
    """
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.status == Turnout.COMPLETED:
        raise ValidationError(_("You have answered already. Thank you."), code="completed")
    Draft.objects.filter(invitation=locked).delete()
    locked.status = Turnout.OPTED_OUT
    locked.save(update_fields=["status"])


@transaction.atomic
def save_answers(*, draft: Draft, answers: dict[str, Any], page: int, language: str) -> Draft:
    """Keep what stands on a page. Also after the wave has closed: what somebody writes is never thrown away.

    Locks the draft. Two windows may write: each page takes its own questions along and leaves the others.
    """
    locked = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None or locked.is_finished:
        raise ValidationError(_("You have handed your answers in already."), code="completed")
    locked.answers = merged(locked.answers, answers)
    locked.page, locked.language, locked.revision = page, language, locked.revision + 1
    locked.save(update_fields=["answers", "page", "language", "revision"])
    return locked


@transaction.atomic
def finish(*, draft: Draft, actor: User | None = None, day: date | None = None) -> Response | None:
    """Hand in. Returns the answer, or None where it waits in the ballot box. Locks the draft. `day`: if not today.

    Raises ValidationError by the code of the question that still has to be answered, or with code `closed`.
    """
    locked = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("wave__version", "wave__questionnaire", "wave__touchpoint__phase", "invitation")
        .filter(pk=draft.pk)
        .first()
    )
    if locked is None or locked.is_finished:
        raise ValidationError(_("You have handed your answers in already."), code="completed")
    _refuse_unanswered(locked.wave, locked.answers)
    if locked.invitation_id:
        Invitation.objects.filter(pk=locked.invitation_id).update(status=Turnout.COMPLETED)
    if locked.is_paper:
        record(PAPER_ENTERED, actor=actor, target=locked.wave)
    return _count(locked, actor, day or timezone.localdate())


@transaction.atomic
def answer(
    *,
    invitation: Invitation,
    token: str,
    answers: dict[str, Any],
    language: str,
    day: date | None = None,
) -> Response | None:
    """Begin and hand in at once, as a questionnaire of one page is: no draft is written. `day`: if not today.

    `invitation` has its wave and the version of that loaded. Returns and raises as `finish`; whoever has begun a draft
    or handed in meanwhile is refused with code `completed`.
    """
    wave = invitation.wave
    _refuse_unanswered(wave, answers)
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [invitation.pk])
        is_first = bool(cursor.rowcount)
    if not is_first:
        raise ValidationError(_("You have answered already. Thank you."), code="completed")
    draft = Draft(
        wave=wave, invitation=invitation, token_digest=digest_of(token), language=language, answers=answers
    )
    return _count(draft, None, day or timezone.localdate())


# Of two windows that hand in at once one changes the row and the other finds it changed.
CLAIM = """
UPDATE questionnaires_invitation SET status = 'completed' WHERE id = %s AND status NOT IN ('started', 'completed')
"""


def _refuse_unanswered(wave: Wave, answers: dict[str, Any]) -> None:
    refuse_closed(wave)
    if empty := missing(shown(sheet_of(wave.version), answers), answers):
        raise ValidationError({item.code: _("Please answer this question.") for item in empty})


def _count(draft: Draft, actor: User | None, day: date) -> Response | None:
    """What is complete goes into the ballot box, or becomes an answer."""
    wave = draft.wave
    if waits_in_the_box(wave):
        # Not while the box is being emptied: the answer would stay in it for ever.
        if not Wave.objects.select_for_update(no_key=True).filter(pk=wave.pk, closed_at=None):
            raise _closed()
        draft.is_finished = True
        draft.save()
        return None
    response = write([(draft, _place(draft))], day=day)[0]
    count_for_kpis(wave, [response], day=day)
    record(COMPLETED, actor=actor, target=wave, data={"wave": wave.pk, "response": str(response.pk)})
    return response


@transaction.atomic
def release(*, wave: Wave) -> int:
    """Empty the ballot box of a wave that has closed: one transaction, shuffled. Returns how many answers came out.

    Fewer than `wave.min_cell` would show who answered what: they are thrown away, as the form has said from the
    beginning. Locks the wave; a second call finds the box empty.
    """
    wave = (
        Wave.objects.select_for_update(of=("self",))
        .select_related("version", "questionnaire", "touchpoint__phase")
        .get(pk=wave.pk)
    )
    finished = Draft.objects.filter(wave=wave, is_finished=True)
    drafts = list(finished.select_for_update(of=("self",)).select_related("wave__version", "invitation"))
    count = len(drafts)
    if count >= wave.min_cell:
        SHUFFLE.shuffle(drafts)
        parents = dict(Unit.objects.order_by().values_list("pk", "parent"))
        cells = coarsened([_place(draft) for draft in drafts], parents, wave.min_cell)
        responses = write(list(zip(drafts, cells, strict=True)), day=None)
        count_for_kpis(wave, responses, day=timezone.localdate(wave.closed_at))
    else:
        finished.delete()
        count = 0
    return count


def count_for_kpis(wave: Wave, responses: Sequence[Response] = (), *, day: date) -> None:
    """What customers say at a touchpoint becomes measurements of the day: with names each answer, else whole blocks."""
    if not counts_for_kpis(wave):
        return
    if wave.version.identity == Identity.NAMED:
        facts = single_facts(wave, responses, day)
    else:
        wave.refresh_from_db(fields=["edition", "fresh"])
        is_over = wave.closed_at is not None
        edition = wave.edition if is_over else wave.edition - 1
        if not edition or (wave.fresh and not is_over):
            return
        facts = summed_facts(wave, hand_over(wave, edition), day, edition)
    if facts:
        measure(facts=facts, actor=None)


def write(found: Sequence[tuple[Draft, tuple[str, int | None]]], *, day: date | None) -> list[Response]:
    """Drafts become answers: two multi-row inserts, whatever their number. The drafts are gone afterwards."""
    wave = found[0][0].wave
    sheet = sheet_of(wave.version)
    named = wave.version.identity != Identity.ANONYMOUS
    edition = wave.edition if waits_in_the_box(wave) else _next_place(wave)
    responses, answers = [], []
    for draft, (group, unit) in found:
        response = Response(
            wave_id=wave.pk, version_id=wave.version_id, identity=wave.version.identity, group=group, unit_id=unit,
            touchpoint_id=wave.touchpoint_id, is_paper=draft.is_paper, edition=edition,
            **_traces(draft, day) if named else {}, **headline(sheet, draft.answers),
        )  # fmt: skip
        responses.append(response)
        answers += [(response.pk, wave.version_id, *row) for row in rows_of(sheet, draft.answers)]
    insert(Response, RESPONSE, map(attrgetter(*RESPONSE), responses))
    insert(Answer, ("response_id", "version_id", *ROW), answers)
    if kept := [draft.pk for draft, _cell in found if draft.pk]:
        Draft.objects.filter(pk__in=kept).delete()
    return responses


def _traces(draft: Draft, day: date | None) -> dict[str, Any]:
    """What leads back to somebody; an anonymous answer has none of it."""
    return {"invitation_id": draft.invitation_id, "language": draft.language, "day": day}


def _next_place(wave: Wave) -> int:
    """The block in which the next answer is counted. A block that has enough of them is shown, and a new one begins.

    Locks the wave for the rest of the transaction. Raises ValidationError with code `closed`.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEXT_PLACE, {"size": block_size(wave), "wave": wave.pk})
        row = cursor.fetchone()
    if row is None:
        raise _closed()
    return int(row[0])


# One statement, so that of two who hand in at once neither reads what the other is about to change.
NEXT_PLACE = """
UPDATE questionnaires_wave SET
  edition = edition + (fresh + 1 >= %(size)s)::int,
  fresh = CASE WHEN fresh + 1 >= %(size)s THEN 0 ELSE fresh + 1 END
WHERE id = %(wave)s AND closed_at IS NULL
RETURNING OLD.edition
"""


def block_size(wave: Wave) -> int:
    """How many answers fill a block: then it can be shown while the wave is open, and counted for KPIs."""
    return max(wave.min_cell, LEAST_FOR_SPREADS) if counts_for_kpis(wave) else wave.min_cell


def waits_in_the_box(wave: Wave) -> bool:
    """Whether answers become rows only when the wave closes, all at once."""
    return wave.version.identity == Identity.ANONYMOUS


def refuse_closed(wave: Wave) -> None:
    """Only an open wave takes answers."""
    if wave.step == Step.PLANNED:
        raise ValidationError(_("This survey has not begun yet."), code="planned")
    if wave.step == Step.CLOSED:
        raise _closed()


def _closed() -> ValidationError:
    return ValidationError(
        _("This survey has closed meanwhile. What you wrote is kept, but does not count."), code="closed"
    )


def _place(draft: Draft) -> tuple[str, int | None]:
    invitation = draft.invitation
    return (invitation.group, invitation.unit_id) if invitation else ("", None)
