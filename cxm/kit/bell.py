"""Rings the worker after commit. The truth of every job is a row in PostgreSQL; a lost ring costs time only.

Each kind of job has a sweep on the clock (see `cxm.celery`) that finds what the bell missed. So a broker that
is down or slow must never make a request fail: its errors end here, in one log line.
"""

import logging
from dataclasses import dataclass

from celery import Celery
from django.db import transaction
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

WORKER = "cxm.celery.app"  # wiring, named by string: the kit stands below it
RECENT = 20  # hooks of this transaction that are looked through for the same ring


@dataclass(frozen=True)
class _Bell:
    task: str
    args: tuple[int | str, ...]

    def __call__(self) -> None:
        try:
            worker: Celery = import_string(WORKER)
            worker.send_task(self.task, args=self.args, ignore_result=True, retry=False)
        except Exception as error:  # whatever the broker's client raises, the row is committed
            log.warning("Bell for %s%r not heard (%s: %s)", self.task, self.args, type(error).__name__, error)


def ring(task: str, *args: int | str) -> None:
    """Offer `task` (by its name) to the workers once this transaction is committed; at once outside of one.

    Ringing the same bell again in one transaction, as a bulk action does, sends it once.
    """
    bell, connection = _Bell(task, args), transaction.get_connection()
    scope = set(connection.savepoint_ids)
    for savepoints, hook, _robust in connection.run_on_commit[-RECENT:]:
        if hook == bell and savepoints <= scope:  # it would be dropped by a rollback only together with ours
            return
    transaction.on_commit(bell, robust=True)
