"""List pages of this room."""

from typing import Any

from django.core.mail import mailers
from django.db.models import Func, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cxm.kit.icons import icon
from cxm.kit.lists import Column, Empty, ListPage
from cxm.kit.numbers import Formats
from cxm.notices.choices import MailState
from cxm.notices.filters import MailFilter
from cxm.notices.models import OutgoingMail
from cxm.notices.permissions import MAILS

STATE_ICONS = {
    MailState.WAITING: "clock",
    MailState.SENT: "check",
    MailState.GIVEN_UP: "alert-triangle",
    MailState.WITHDRAWN: "ban",
}


def state_cell(mail: OutgoingMail, formats: Formats) -> SafeString:
    """The state as icon and word."""
    return format_html("{} {}", icon(STATE_ICONS[mail.state]), mail.state.label)


class MailList(ListPage[OutgoingMail]):
    """All mail that has left or waits."""

    key = "notices.mails"
    title = _("Outgoing mail")
    template = "cxm/notices/mails.html"
    help_topic = "notices"
    columns = (
        Column("subject", _("Subject"), value=lambda m: m.subject, link=True, width=50),
        Column("to", _("To"), value=lambda m: m.to, width=30),
        Column("state", _("State"), value=lambda m: m.state.label, html=state_cell),
        Column(
            "created",
            _("Written"),
            value=lambda m: m.created_at,
            sort="created_at",
            html=lambda m, f: f.moment(m.created_at),
        ),
        Column("attempts", _("Attempts"), value=lambda m: m.attempts, number=True, shown=False),
        Column("error", _("Error"), value=lambda m: m.error, shown=False, width=60),
    )
    filterset = MailFilter
    search_field = "words"
    search_hint = _("Search subject or address")
    default_sort = "-created"
    export = MAILS
    empty = Empty(
        _("No mail yet"), _("Invitations, sign-in codes and digests appear here as they leave."), "mail"
    )

    def base(self) -> QuerySet[OutgoingMail]:
        """All mails, without their long texts."""
        words = Func(Cast("recipients", TextField()), "subject", function="concat", output_field=TextField())
        return OutgoingMail.objects.defer("body", "html", "attachments", "headers").annotate(
            words=Func(words, function="cxm_sort_key", output_field=TextField())
        )

    def context(self) -> dict[str, Any]:
        """Whether mail can leave at all."""
        return {"leaves": "delivery" in mailers}
