"""Looking after touchpoints: what is due, and saying that it was done."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.models import User
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, hx_or_page, toast
from cxm.kit.lists import BulkAction, Empty
from touchpoints.inventory.actions.responsibility import Outcome
from touchpoints.inventory.actions.touchpoints import mark_reviewed
from touchpoints.inventory.forms import ReviewForm
from touchpoints.inventory.lists import TouchpointList
from touchpoints.inventory.models import Touchpoint
from touchpoints.inventory.permissions import EDIT_OWN, VIEW
from touchpoints.inventory.views.bulk import Bulk, ask_and_act
from touchpoints.inventory.views.objects import editable, help_url, is_part
from touchpoints.inventory.views.touchpoint import head_context, loaded

AHEAD = timedelta(days=30)


class ReviewList(TouchpointList):
    """Live touchpoints whose review is due within 30 days; who answers for some sees his own, a reader all."""

    key = "inventory.reviews"
    title = gettext_lazy("Reviews due")
    bulk = (
        BulkAction(
            "reviewed", gettext_lazy("Mark as reviewed"), "inventory:reviews_done", EDIT_OWN, icon="checks"
        ),
    )
    create = None
    default_sort = "review"
    empty = Empty(
        gettext_lazy("No review is due"),
        gettext_lazy("Each touchpoint is looked after in its own rhythm; what falls due appears here."),
        icon="clock",
    )

    @cached_property
    def keeps_some(self) -> bool:
        """Whether there is any touchpoint that this person may change."""
        return Touchpoint.objects.editable_by(self.request.user).current().exists()

    @property
    def bulk_actions(self) -> list[BulkAction]:
        """None for a reader: he would tick what he cannot review."""
        return super().bulk_actions if self.keeps_some else []

    def base(self) -> QuerySet[Touchpoint]:
        """What is due, of those that this person may change; for readers all."""
        visible = Touchpoint.objects.visible_to(self.request.user)
        if self.keeps_some:
            visible = visible.editable_by(self.request.user)
        return visible.due_for_review(timezone.localdate() + AHEAD).select_related("phase", "channel")


@require_GET
@requires(VIEW)
def reviews(request: CxmRequest) -> HttpResponseBase:
    """What is to be looked after."""
    return ReviewList(request).respond()


def _review(rows: QuerySet[Touchpoint], data: dict[str, Any], user: User) -> Outcome:
    mine = rows.filter(pk__in=Touchpoint.objects.editable_by(user).values("pk"))
    return Outcome(mark_reviewed(touchpoints=mine, on=data["on"], note=data["note"], actor=user))


REVIEWED = Bulk(gettext_lazy("Mark as reviewed"), ReviewForm, _review)


@require_POST
@requires(EDIT_OWN)
def reviews_done(request: CxmRequest) -> HttpResponse:
    """Many were looked after at once; only those that this person may change."""
    return ask_and_act(request, REVIEWED, ReviewList.selected(request), back="inventory:reviews")


@require_http_methods(["GET", "POST"])
@requires(EDIT_OWN)
def reviewed(request: CxmRequest, pk: int) -> HttpResponse:
    """One was looked after."""
    touchpoint = editable(request, pk)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mark_reviewed(
            touchpoints=[touchpoint],
            on=form.cleaned_data["on"],
            note=form.cleaned_data["note"],
            actor=request.user,
        )
        return thanked(request, touchpoint)
    context = {"touchpoint": touchpoint, "form": form, "page_help": help_url()}
    status = 422 if form.errors else 200
    return hx_or_page(request, "touchpoints/inventory/review.html", "form", context, status=status)


def thanked(request: CxmRequest, touchpoint: Touchpoint) -> HttpResponse:
    """The card of care as it is now, with a word of thanks."""
    words = _("Thank you. The next review is due in %(days)s days.") % {"days": touchpoint.review_every}
    if not is_part(request):
        toast(request, words)
        return go_to(request, f"{touchpoint.get_absolute_url()}#care")
    context = head_context(request, loaded(request, touchpoint.pk), can_edit=True)
    response = hx_or_page(request, "touchpoints/inventory/care.html", "saved", context)
    toast(request, words, response=response)
    return response
