"""The sponsor's page by mail."""

import logging
from datetime import date

from celery import shared_task
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxm.audit.actions import record
from touchpoints.dashboards.actions import due_day
from touchpoints.dashboards.choices import REPORT_SENT, Rhythm
from touchpoints.dashboards.models import Report
from touchpoints.dashboards.paper import sponsor_paper
from touchpoints.dashboards.permissions import VIEW
from touchpoints.kpis.choices import Grain
from touchpoints.kpis.periods import Period

log = logging.getLogger(__name__)

GRAINS = {Rhythm.MONTHLY: Grain.MONTH, Rhythm.QUARTERLY: Grain.QUARTER}


@shared_task(name="dashboards.send_reports")
def send_reports() -> int:
    """Send what is due; runs every morning, may run twice: a report goes out once for each day it was due."""
    sent = 0
    for pk in Report.objects.order_by("pk").values_list("pk", flat=True):
        try:
            sent += send_report(pk)
        except (
            Exception
        ):  # one sheet that cannot be printed must not hold up the others; tomorrow it is tried again
            log.exception("The sponsor's page was not sent (report %s)", pk)
    return sent


@transaction.atomic
def send_report(pk: int) -> bool:
    """Send one report if it is due. Locks it; mail, mark and history entry are one transaction."""
    report = Report.objects.select_for_update().select_related("user").filter(pk=pk).first()
    if report is None or not report.user.may(VIEW):
        return False
    rhythm, today = Rhythm(report.rhythm), timezone.localdate()
    due = due_day(rhythm, today)
    if report.sent_for is not None and report.sent_for >= due:
        return False
    period, pdf = sponsor_paper(report.user, period_for(rhythm, today))
    with translation.override(report.user.language):
        mail = EmailMessage(
            subject=_("Sponsor page %(period)s") % {"period": period.label(report.user.language)},
            body=_("The sponsor page is attached as PDF. How often it comes is set on the page itself."),
            to=[report.user.email],
        )
    mail.attach(f"cxm-{period.code}.pdf", pdf, "application/pdf")
    mail.send()
    report.sent_for = due
    report.save(update_fields=["sent_for"])
    record(REPORT_SENT, actor=None, target=report.user)
    return True


def period_for(rhythm: Rhythm, today: date) -> Period | None:
    """What a report of that day tells of: the period that is just over; each week what the page itself opens with."""
    return Period.last_closed(GRAINS[rhythm], today) if rhythm in GRAINS else None
