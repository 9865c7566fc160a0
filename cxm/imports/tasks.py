"""The worker's side of imports. Each task may be sent twice and may die; see `jobs`."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from cxm.imports import jobs
from cxm.imports.actions import TASKS, forget_old_files
from cxm.imports.models import ImportRun
from cxm.kit.bell import ring

PATIENCE = timedelta(seconds=10)  # after which somebody should have heard the bell


@shared_task(name="imports.check")
def check_import(run_id: int) -> bool:
    """Read and check the rows of a list."""
    return jobs.check(run_id)


@shared_task(name="imports.execute")
def execute_import(run_id: int) -> bool:
    """Bring a list in."""
    return jobs.execute(run_id)


@shared_task(name="imports.undo")
def undo_import(run_id: int) -> bool:
    """Take a list back."""
    return jobs.undo(run_id)


@shared_task(name="imports.sweep")
def sweep_imports() -> int:
    """Ring again for what should be worked at but is not: the bell was not heard, or the worker died. How many."""
    late = ImportRun.objects.busy().filter(state_since__lt=timezone.now() - PATIENCE)
    with transaction.atomic():
        free = list(late.select_for_update(skip_locked=True).values_list("pk", "state"))
    for pk, state in free:
        ring(TASKS[state], pk)
    return len(free)


@shared_task(name="imports.forget")
def forget_imports() -> int:
    """Delete files and rows that have been kept long enough. How many."""
    return forget_old_files()
