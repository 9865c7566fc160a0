"""The inbox of everybody, and the outgoing mail for administrators."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import mailers
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.audit.actions import record
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, hx_or_page, toast
from cxm.notices.actions import (
    read_all_notices,
    read_notice,
    save_preferences,
    send_mail_again,
    withdraw_mail,
)
from cxm.notices.choices import KINDS, MAIL_READ, Rhythm
from cxm.notices.forms import PreferencesForm
from cxm.notices.lists import MailList
from cxm.notices.models import DigestWish, OutgoingMail
from cxm.notices.permissions import MAILS, READ

PAGE = 30  # notices at a time


def inbox_context(request: CxmRequest) -> dict[str, Any]:
    """One page of the reader's notices, newest first, from `before` downwards; only unread ones on wish."""
    before, only_unread = request.GET.get("before", ""), request.GET.get("unread") == "1"
    notices = request.user.notices.unread() if only_unread else request.user.notices.all()
    if before.isascii() and before.isdigit() and len(before) < 19:
        notices = notices.filter(pk__lt=int(before))
    rows = list(notices.order_by("-pk")[: PAGE + 1])
    return {
        "notices": rows[:PAGE],
        "next_before": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "only_unread": only_unread,
        "is_first": not before,
        "page_help": reverse("help_page", args=["notices"]),
    }


@require_GET
@requires(READ)
def inbox(request: CxmRequest) -> HttpResponse:
    """One's own notices."""
    return hx_or_page(request, "cxm/notices/inbox.html", "rows", inbox_context(request))


def inbox_url(request: CxmRequest) -> str:
    """The tab of the inbox from which a form was sent."""
    url = reverse("notices:inbox")
    return f"{url}?unread=1" if request.GET.get("unread") == "1" else url


def with_bell(request: CxmRequest, response: HttpResponse) -> HttpResponse:
    """The answer together with the bell in the header, whose number it has changed."""
    response.content += render_to_string("components/bell.html", {"oob": True}, request).encode()
    return response


@require_POST
@requires(READ)
def read(request: CxmRequest, pk: int) -> HttpResponse:
    """Mark one notice as read; answers with its line."""
    notice = get_object_or_404(request.user.notices, pk=pk)
    read_notice(user=request.user, notice=notice)
    if not request.htmx:
        return redirect(inbox_url(request))
    notice.refresh_from_db()
    return with_bell(request, render(request, "cxm/notices/inbox.html#line", {"notice": notice}))


@require_POST
@requires(READ)
def open_notice(request: CxmRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go to what it is about."""
    notice = get_object_or_404(request.user.notices, pk=pk)
    read_notice(user=request.user, notice=notice)
    inside = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if notice.url and inside else "notices:inbox")


@require_POST
@requires(READ)
def read_all(request: CxmRequest) -> HttpResponse:
    """Mark everything as read."""
    count = read_all_notices(user=request.user)
    if not request.htmx:
        toast(request, _("All notices are marked as read."))
        return redirect(inbox_url(request))
    response = with_bell(request, render(request, "cxm/notices/inbox.html#rows", inbox_context(request)))
    if count:
        toast(request, _("All notices are marked as read."), response=response)
    return response


@require_http_methods(["GET", "POST"])
@requires(READ)
def preferences(request: CxmRequest) -> HttpResponse:
    """Which notices come, and how often the digest."""
    wish = DigestWish.objects.filter(user=request.user).first()
    said = dict(request.user.notice_wishes.values_list("kind", "wanted"))
    initial = {
        "rhythm": wish.rhythm if wish else Rhythm.DAILY,
        "kinds": [kind.code for kind in KINDS if said.get(kind.code, kind.default)],
    }
    form = PreferencesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        rhythm = Rhythm(form.cleaned_data["rhythm"])
        save_preferences(user=request.user, rhythm=rhythm, wanted=set(form.cleaned_data["kinds"]))
        toast(request, _("Saved."))
        return redirect("notices:preferences")
    context = {"form": form, "page_help": reverse("help_page", args=["notices"])}
    return render(request, "cxm/notices/preferences.html", context, status=422 if form.errors else 200)


@require_GET
@requires(MAILS)
def mail_list(request: CxmRequest) -> HttpResponseBase:
    """Outgoing mail."""
    return MailList(request).respond()


@require_GET
@requires(MAILS)
def mail(request: CxmRequest, pk: int) -> HttpResponse:
    """One mail with its text; that an administrator read it is recorded."""
    found = get_object_or_404(OutgoingMail, pk=pk)
    record(MAIL_READ, actor=request.user, target=found, data={"to": found.to})
    context = {
        "mail": found,
        "leaves": "delivery" in mailers,
        "sender": found.sender or settings.DEFAULT_FROM_EMAIL,
        "attachments": [part["name"] or part["type"] for part in found.attachments],
        "page_help": reverse("help_page", args=["notices"]),
    }
    return render(request, "cxm/notices/mail.html", context)


@require_POST
@requires(MAILS)
def resend(request: CxmRequest, pk: int) -> HttpResponse:
    """Try a mail again at once."""
    found = get_object_or_404(OutgoingMail, pk=pk)
    try:
        found = send_mail_again(actor=request.user, mail=found)
    except ValidationError as error:
        toast(request, error.messages[0], level="error")
    else:
        toast(request, _("The mail is on its way again."))
    return redirect(found)


@require_POST
@requires(MAILS)
def withdraw(request: CxmRequest, pk: int) -> HttpResponse:
    """Keep a waiting mail from leaving."""
    found = get_object_or_404(OutgoingMail, pk=pk)
    try:
        withdraw_mail(actor=request.user, mail=found)
    except ValidationError as error:
        toast(request, error.messages[0], level="error")
    else:
        toast(request, _("The mail is withdrawn."))
    return redirect(found)
