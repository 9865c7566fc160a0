"""The worker's side of the outbox."""

from celery import shared_task

from cxm.audit.actions import deliver_next, forget_done_deliveries
from cxm.kit.bell import ring

BATCH = 500  # deliveries in one task, so that a long queue does not hold a worker for ever


@shared_task(name="audit.deliver_due")
def deliver_due() -> int:
    """Deliver what is due and say how many; rung after each commit, and every 30 seconds for what the bell missed.

    Who comes to the end of his batch rings for the rest.
    """
    count = 0
    while count < BATCH and deliver_next():
        count += 1
    if count == BATCH:
        ring("audit.deliver_due")
    return count


@shared_task(name="audit.forget")
def forget() -> int:
    """Delete deliveries that have had their time; daily."""
    return forget_done_deliveries()
