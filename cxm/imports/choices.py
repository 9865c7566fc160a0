"""States of an import, and its verbs in the history.

A person leads from UPLOADED over READY to DONE; CHECKING, RUNNING and UNDOING are the worker's. Corrections in the
preview are drafts and no events.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cxm.audit.choices import Verb


class State(TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", _("Columns to assign")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("To be looked at")
    RUNNING = "running", _("Being imported")
    DONE = "done", _("Imported")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Discarded")


BUSY = (State.CHECKING, State.RUNNING, State.UNDOING)
"""A worker has it, or should."""

OPEN = (State.UPLOADED, State.READY, State.FAILED)
"""Waits for a person; may be discarded."""

UPLOADED = Verb("imports.run.uploaded", _("{actor} uploaded {label}"))
STARTED = Verb("imports.run.started", _("{actor} started the import of {label}"))
FINISHED = Verb(
    "imports.run.finished", _("{label} was imported: {new} new, {changed} changed, {wrong} left out")
)
FAILED = Verb("imports.run.failed", _("The import of {label} failed"))
STOPPED = Verb("imports.run.stopped", _("Nothing of {label} was imported: meanwhile rows have become wrong"))
UNDO_REFUSED = Verb("imports.run.undo_refused", _("The import of {label} could not be undone"))
UNDONE = Verb("imports.run.undone", _("{actor} undid the import of {label}"))
DISCARDED = Verb("imports.run.discarded", _("{actor} discarded {label}"))
FILE_READ = Verb("imports.file.read", _("{actor} downloaded rows of {label}"), about_people=True)
