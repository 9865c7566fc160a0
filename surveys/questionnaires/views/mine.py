"""What somebody who is signed in is asked to fill in, what he has begun, what is done."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest
from surveys.questionnaires.choices import Slot, Step, Turnout
from surveys.questionnaires.models import Invitation, Label
from surveys.questionnaires.permissions import MINE
from surveys.questionnaires.visits import own_token

MOST_OLD = 50  # rows of what is over


@dataclass(frozen=True)
class Asked:
    """One of the reader's own invitations."""

    invitation: Invitation
    title: str

    @property
    def is_done(self) -> bool:
        """Whether he has answered."""
        return self.invitation.status == Turnout.COMPLETED

    @property
    def is_open(self) -> bool:
        """Whether he can still answer."""
        return not self.is_done and self.invitation.wave.step == Step.OPEN

    @property
    def has_begun(self) -> bool:
        """Whether he has written something."""
        return self.invitation.status == Turnout.STARTED

    @property
    def has_declined(self) -> bool:
        """Whether he has said that he does not want to take part."""
        return self.invitation.status == Turnout.OPTED_OUT


def own(request: CxmRequest) -> list[Asked]:
    """The reader's invitations, newest first, with the titles in his language; two queries."""
    rows = list(
        Invitation.objects.filter(person__user=request.user, wave__opened_at__isnull=False)
        .select_related("wave__version", "wave__questionnaire")
        .order_by("-wave__opened_at", "-pk")[: MOST_OLD * 2]
    )
    labels = Label.objects.filter(
        version__in={row.wave.version_id for row in rows}, question=None, choice=None, slot=Slot.TITLE
    )
    titles = {(label.version_id, label.language): label.body for label in labels}
    spoken = dict(sorted(titles.items(), key=lambda pair: pair[0][1] == get_language()))
    by_version = {version: body for (version, _language), body in spoken.items()}
    return [Asked(row, by_version.get(row.wave.version_id) or row.wave.questionnaire.name) for row in rows]


@require_GET
@requires(MINE)
def mine(request: CxmRequest) -> HttpResponse:
    """My questionnaires."""
    found = own(request)
    context = {
        "open": [asked for asked in found if asked.is_open],
        "done": [asked for asked in found if asked.is_done][:MOST_OLD],
        "missed": [asked for asked in found if not asked.is_open and not asked.is_done][:MOST_OLD],
    }
    return render(request, "surveys/questionnaires/mine.html", context)


@require_POST
@requires(MINE)
def mine_open(request: CxmRequest, pk: int) -> HttpResponse:
    """Open one's own form by a link that is signed and kept nowhere; the link of the letter stays good."""
    invitation = get_object_or_404(Invitation.objects.filter(person__user=request.user), pk=pk)
    return redirect(reverse("filling:answer", args=[own_token(invitation)]))
