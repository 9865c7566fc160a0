"""Who confirms that he has read vision and brand, and who is reminded of it."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.organisation.choices import BRAND_CONFIRMED, BRAND_REMINDED
from cxm.organisation.models import BrandConfirmation, BrandReminder, BrandVersion, Person
from cxm.organisation.readers import remindable


class Reminded(NamedTuple):
    """How many people were reminded, and how many of the chosen ones were not."""

    sent: int
    left_out: int


@transaction.atomic
def confirm_brand(*, actor: User, version: BrandVersion) -> bool:
    """Note that the actor has read and understood the valid version; False if he has said so before."""
    person = Person.objects.filter(user=actor).first()
    if person is None:
        raise ValidationError(_("Your account belongs to nobody in the list of people."), code="nobody")
    if BrandVersion.objects.published().first() != version:
        raise ValidationError(_("There is a newer version by now. Please read it."), code="replaced")
    _row, is_new = BrandConfirmation.objects.get_or_create(version=version, person=person)
    if is_new:
        record(BRAND_CONFIRMED, actor=actor, target=person, data={"version": version.version})
    return is_new


@transaction.atomic
def remind_readers(*, actor: User, people: Iterable[Person]) -> Reminded:
    """Remind those of the people who may be reminded now (see `readers.remindable`), in few queries.

    Locks the valid version, so that two presses at once remind nobody twice.
    """
    chosen = {person.pk for person in people}
    version = BrandVersion.objects.published().select_for_update().first()
    if version is None:
        return Reminded(0, len(chosen))
    batch = uuid4()
    rows = [
        BrandReminder(version=version, person=person, number=person.reminded + 1, batch=batch)  # type: ignore[attr-defined]
        for person in remindable(version).filter(pk__in=chosen)
    ]
    if rows:
        BrandReminder.objects.bulk_create(rows)
        data = {"version": version.version, "n": len(rows), "batch": str(batch)}
        record(BRAND_REMINDED, actor=actor, target=version, data=data)
    return Reminded(len(rows), len(chosen) - len(rows))
