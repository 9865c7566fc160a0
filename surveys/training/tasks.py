"""What runs on the clock."""

from celery import shared_task

from surveys.training.actions.assigning import assign_due
from surveys.training.actions.certifying import note_trained
from surveys.training.actions.nightly import note_figures, remind, tell_leads
from surveys.training.standing import taught


@shared_task(name="training.look_after")
def look_after() -> dict[str, int]:
    """Everything that changes by the mere passing of days; may run any number of times a day."""
    outcome = assign_due()
    return {
        "assigned": len(outcome.assigned),
        "waived": len(outcome.waived),
        "reminded": remind(),
        "leads": tell_leads(),
        "trained": note_trained(taught()),
        "figures": note_figures(),
    }
