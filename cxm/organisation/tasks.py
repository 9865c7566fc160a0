"""What the worker does by the clock."""

from celery import shared_task

from cxm.organisation.actions import close_account_of
from cxm.organisation.models import Person


@shared_task(name="organisation.close_accounts")
def close_accounts() -> int:
    """Close the accounts of people who have left and say how many; daily."""
    gone = Person.objects.gone().filter(user__is_active=True).select_related("user")
    return sum(close_account_of(person) for person in gone)
