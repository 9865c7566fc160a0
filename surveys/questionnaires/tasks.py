"""What the clock does with waves: reminds, and closes."""

from celery import shared_task

from surveys.questionnaires.actions import inviting, waves


@shared_task(name="questionnaires.tend")
def tend() -> int:
    """Close what is over and remind where a moment has come; may run any number of times."""
    return waves.close_due() + inviting.remind_due()
