"""What the clock does with waves: reminds, closes, forgets."""

from celery import shared_task

from surveys.questionnaires.actions import inviting, retention, waves


@shared_task(name="questionnaires.tend")
def tend() -> int:
    """Close what is over and remind where a moment has come; may run any number of times."""
    return waves.close_due() + inviting.remind_due()


@shared_task(name="questionnaires.forget")
def forget() -> dict[str, int]:
    """Delete what was never handed in, and erase who was asked, once their time is over."""
    return {"drafts": retention.forget_drafts(), "customers": retention.erase_customers()}
