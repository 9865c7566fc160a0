"""Who is away, and who stands in."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.kit.days import refuse_odd_days
from cxm.organisation.actions.checked import save_checked
from cxm.organisation.choices import ABSENCE_RECORDED, ABSENCE_REMOVED
from cxm.organisation.models import Absence, Person


@transaction.atomic
def record_absence(
    *,
    actor: User,
    person: Person,
    since: date,
    until: date | None,
    deputy: Person | None = None,
    note: str = "",
) -> Absence:
    """Note that somebody is away from `since` to `until`, both days away; without an end until further notice."""
    refuse_odd_days(since=since, until=until)
    if until and until < since:
        raise ValidationError({"until": _("The last day lies before the first.")})
    if deputy and not deputy.is_present(since):
        raise ValidationError({"deputy": _("This person has left the company by then.")})
    absence = Absence(
        person=person,
        deputy=deputy,
        during=DateRange(since, until + timedelta(days=1) if until else None),
        note=note.strip(),
    )
    save_checked(absence)
    data = {
        "absence": absence.pk,
        "since": since.isoformat(),
        "until": until.isoformat() if until else "…",
        "deputy": deputy.pk if deputy else None,
    }
    record(ABSENCE_RECORDED, actor=actor, target=person, data=data)
    return absence


@transaction.atomic
def remove_absence(*, actor: User, absence: Absence) -> None:
    """The person is not away after all."""
    record(ABSENCE_REMOVED, actor=actor, target=absence.person, data={"absence": absence.pk})
    absence.delete()
