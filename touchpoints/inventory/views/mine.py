"""The first page of who answers for touchpoints: what is due, what was said, what is missing."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest
from cxm.organisation.models import Person
from touchpoints.inventory.actions.care import snapshots
from touchpoints.inventory.choices import Part, Status
from touchpoints.inventory.maturity import Care, assess
from touchpoints.inventory.models import Comment, Responsibility, Standard, Touchpoint
from touchpoints.inventory.permissions import EDIT_OWN, VIEW
from touchpoints.inventory.views.objects import HELP_PEOPLE, help_url

MOST = 200  # touchpoints on this page; who answers for more works in the list
TALK = 8  # newest comments
ACTING = (Part.ACCOUNTABLE, Part.RESPONSIBLE, Part.DEPUTY)


@dataclass
class Mine:
    """One of the reader's touchpoints, with his parts and what is to do."""

    touchpoint: Touchpoint
    parts: list[Responsibility] = field(default_factory=list)
    care: Care | None = None
    draft: Standard | None = None

    @property
    def is_due(self) -> bool:
        """Whether a review is due."""
        live = self.touchpoint.status in (Status.ACTIVE, Status.PHASING_OUT)
        return live and self.touchpoint.is_review_due()


@require_GET
@requires(VIEW)
def mine(request: CxmRequest) -> HttpResponse:
    """What I answer for, also for colleagues who are away; the most urgent first."""
    today = timezone.localdate()
    found = mine_of(request)
    acting = [item for item in found if any(row.part in ACTING for row in item.parts)]
    ids = [item.touchpoint.pk for item in found]
    newest = Comment.objects.shown().filter(touchpoint__in=ids).exclude(author=request.user)
    coming = Responsibility.objects.since(today).filter(
        person__user=request.user, during__startswith__gt=today
    )
    can_edit = request.user.may(EDIT_OWN)
    context: dict[str, Any] = {
        "due": sorted(
            (item for item in acting if item.is_due), key=lambda item: item.touchpoint.next_review_on
        ),
        "drafts": [item for item in acting if item.draft] if can_edit else [],
        "comments": list(newest.select_related("author", "touchpoint").order_by("-id")[:TALK]),
        "coming": list(coming.select_related("touchpoint").order_by("during")[:TALK]),
        "acting": acting,
        "informed": [item for item in found if item not in acting],
        "is_cut": len(found) == MOST,
        "can_edit": can_edit,
        "person_id": Person.objects.filter(user=request.user).values_list("pk", flat=True).first(),
        "today": today,
        "page_help": help_url(HELP_PEOPLE),
    }
    return render(request, "touchpoints/inventory/mine.html", context)


def mine_of(request: CxmRequest) -> list[Mine]:
    """The reader's touchpoints by name, each with his parts, its care and its draft; four queries."""
    visible = Touchpoint.objects.visible_to(request.user).current().answered_for_by(request.user)
    found = {
        touchpoint.pk: Mine(touchpoint) for touchpoint in visible.select_related("phase", "channel")[:MOST]
    }
    held = Responsibility.objects.on().of_user(request.user).filter(touchpoint__in=found)
    for row in held.select_related("person__user").order_by("part"):
        found[row.touchpoint_id].parts.append(row)
    for pk, snapshot in snapshots(found).items():
        found[pk].care = assess(snapshot)
    for draft in Standard.objects.draft().filter(touchpoint__in=found):
        found[draft.touchpoint_id].draft = draft
    return list(found.values())
