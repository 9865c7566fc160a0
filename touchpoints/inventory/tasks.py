"""What runs on the clock: maturity grows old, reviews fall due, gaps draw near."""

from celery import shared_task

from touchpoints.inventory.actions.care import refresh_care
from touchpoints.inventory.actions.expiry import remind_contents
from touchpoints.inventory.actions.reminders import remind_gaps, remind_reviews
from touchpoints.inventory.models import Touchpoint


@shared_task(name="inventory.look_after")
def look_after() -> dict[str, int]:
    """Everything that changes by the mere passing of days; may run any number of times a day."""
    return {
        "cared": refresh_care(Touchpoint.objects.current().values_list("pk", flat=True)),
        "reviews": remind_reviews(),
        "gaps": remind_gaps(),
        "contents": remind_contents(),
    }
