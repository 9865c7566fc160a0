"""Housekeeping of this room."""

from celery import shared_task

from cxm.accounts.actions import forget_old_requests


@shared_task(name="accounts.forget")
def forget() -> int:
    """Delete answers kept for repetition that are older than 24 hours; daily."""
    return forget_old_requests()
