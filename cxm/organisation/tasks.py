"""What the worker does by the clock."""

from celery import shared_task
from django.db.models import Q

from cxm.organisation.actions import see_off
from cxm.organisation.models import Person


@shared_task(name="organisation.close_accounts")
def close_accounts() -> int:
    """Close the accounts of people who have left, end their sponsorship, and say how many accounts; daily."""
    gone = Person.objects.gone().filter(Q(user__is_active=True) | Q(is_sponsor=True)).select_related("user")
    return sum(see_off(person) for person in gone)
