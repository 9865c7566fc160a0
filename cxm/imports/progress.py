"""Progress out of a transaction that has not ended yet."""

import logging
import time

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)

EVERY = 0.5  # seconds between two writes
UPSERT = """
INSERT INTO imports_jobprogress (run, done, total, at) VALUES (%s, %s, %s, now())
ON CONFLICT (run) DO UPDATE SET done = excluded.done, total = excluded.total, at = excluded.at
"""


class ProgressWriter:
    """Tells how far a job is, on a connection of its own that commits each write; opened only if the job takes long.

    Progress is a courtesy: a fault here is logged once and never stops the work.
    """

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.connection: BaseDatabaseWrapper | None = None
        self.next = time.monotonic() + EVERY
        self.broken = False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self.next or self.broken:
            return
        self.next = now + EVERY
        try:
            if self.connection is None:
                self.connection = connections.create_connection(DEFAULT_DB_ALIAS)
                with self.connection.cursor() as cursor:
                    cursor.execute(
                        "SET lock_timeout = '1s'"
                    )  # whoever has just deleted the row may not be through
            with self.connection.cursor() as cursor:
                cursor.execute(UPSERT, [self.run_id, done, total])
        except Error as error:
            self.broken = True
            log.warning("Progress of import %s cannot be written: %s", self.run_id, error)

    def close(self) -> None:
        """Give the connection back."""
        if self.connection is not None:
            self.connection.close()
