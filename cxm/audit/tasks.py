"""The worker's side of the outbox."""

from celery import shared_task

from cxm.audit.actions import deliver_next

BATCH = 500  # deliveries in one task, so that a long queue does not hold a worker for ever


@shared_task(name="audit.deliver_due")
def deliver_due() -> int:
    """Deliver what is due and say how many; rung after each commit, and every 30 seconds for what the bell missed."""
    count = 0
    while count < BATCH and deliver_next():
        count += 1
    return count
