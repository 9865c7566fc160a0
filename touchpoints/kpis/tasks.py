"""What runs on the clock: the nightly look at all figures."""

from celery import shared_task

from touchpoints.kpis.actions.watching import raise_alarms


@shared_task(name="kpis.watch")
def watch() -> int:
    """Raise the alarms of the last settled periods; may run any number of times a day."""
    return raise_alarms()
