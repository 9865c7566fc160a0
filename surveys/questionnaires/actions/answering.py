"""From the first word in a form to the answer that counts."""

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.organisation.models import Unit
from surveys.questionnaires.ballot import coarsened
from surveys.questionnaires.choices import COMPLETED, PAPER_ENTERED, Identity, Step, Turnout
from surveys.questionnaires.entries import headline, merged, missing, rows_of
from surveys.questionnaires.guard import hand_over
from surveys.questionnaires.logic import shown
from surveys.questionnaires.measuring import counts_for_kpis, single_facts, summed_facts
from surveys.questionnaires.models import Answer, Draft, Invitation, Response, Wave, digest_of, new_token
from surveys.questionnaires.sheet import sheet_of
from touchpoints.kpis.actions import measure

SHUFFLE = random.SystemRandom()


@transaction.atomic
def begin(*, invitation: Invitation, token: str, language: str) -> Draft:
    """The draft behind a personal link: the one begun before, or a new one. Locks the invitation."""
    roll = Invitation.objects.select_related("wave").select_for_update(of=("self",))
    locked = roll.get(pk=invitation.pk)
    if locked.status == Turnout.STARTED and (found := Draft.objects.filter(invitation=locked).first()):
        return found
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
def finish(*, draft: Draft, actor: User | None = None) -> Response | None:
    """Hand in. Returns the answer, or None where it waits in the ballot box. Locks the draft.

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
    wave = locked.wave
    refuse_closed(wave)
    sheet = sheet_of(wave.version)
    if empty := missing(shown(sheet, locked.answers), locked.answers):
        raise ValidationError({item.code: _("Please answer this question.") for item in empty})
    if locked.invitation:
        Invitation.objects.filter(pk=locked.invitation.pk).update(status=Turnout.COMPLETED)
    if locked.is_paper:
        record(PAPER_ENTERED, actor=actor, target=wave)
    if waits_in_the_box(wave):
        Draft.objects.filter(pk=locked.pk).update(is_finished=True)
        return None
    response = write([(locked, _place(locked))], day=timezone.localdate())[0]
    count_for_kpis(wave, [response])
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
        count_for_kpis(wave, write(list(zip(drafts, cells, strict=True)), day=None))
    else:
        finished.delete()
        count = 0
    return count


def count_for_kpis(wave: Wave, responses: Sequence[Response] = ()) -> None:
    """What customers say at a touchpoint becomes measurements of today: with names each answer, else whole blocks."""
    if not counts_for_kpis(wave):
        return
    today = timezone.localdate()
    if wave.version.identity == Identity.NAMED:
        facts = single_facts(wave, responses, today)
    else:
        wave.refresh_from_db(fields=["edition", "fresh"])
        is_over = wave.closed_at is not None
        edition = wave.edition if is_over else wave.edition - 1
        if not edition or (wave.fresh and not is_over):
            return
        facts = summed_facts(wave, hand_over(wave, edition), today, edition)
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
            wave=wave, version_id=wave.version_id, identity=wave.version.identity, group=group, unit_id=unit,
            touchpoint_id=wave.touchpoint_id, is_paper=draft.is_paper, edition=edition,
            **_traces(draft, day) if named else {}, **headline(sheet, draft.answers),
        )  # fmt: skip
        responses.append(response)
        answers += [
            Answer(response=response, version_id=wave.version_id, **row)
            for row in rows_of(sheet, draft.answers)
        ]
    Response.objects.bulk_create(responses)
    Answer.objects.bulk_create(answers, batch_size=5_000)
    Draft.objects.filter(pk__in=[draft.pk for draft, _cell in found]).delete()
    return responses


def _traces(draft: Draft, day: date | None) -> dict[str, Any]:
    """What leads back to somebody; an anonymous answer has none of it."""
    return {"invitation_id": draft.invitation_id, "language": draft.language, "day": day}


def _next_place(wave: Wave) -> int:
    """The block in which the next answer is counted. A block that has enough of them is shown, and a new one begins.

    Locks the wave for the rest of the transaction.
    """
    locked = Wave.objects.select_for_update().get(pk=wave.pk)
    edition, full = locked.edition, block_is_full(locked)
    locked.edition, locked.fresh = (edition + 1, 0) if full else (edition, locked.fresh + 1)
    locked.save(update_fields=["edition", "fresh"])
    return edition


def block_is_full(wave: Wave) -> bool:
    """Whether one more answer fills the block: then it can be shown while the wave is open."""
    return wave.fresh + 1 >= wave.min_cell


def waits_in_the_box(wave: Wave) -> bool:
    """Whether answers become rows only when the wave closes, all at once."""
    return wave.version.identity == Identity.ANONYMOUS


def refuse_closed(wave: Wave) -> None:
    """Only an open wave takes answers."""
    if wave.step == Step.PLANNED:
        raise ValidationError(_("This survey has not begun yet."), code="planned")
    if wave.step == Step.CLOSED:
        raise ValidationError(
            _("This survey has closed meanwhile. What you wrote is kept, but does not count."), code="closed"
        )


def _place(draft: Draft) -> tuple[str, int | None]:
    invitation = draft.invitation
    return (invitation.group, invitation.unit_id) if invitation else ("", None)
