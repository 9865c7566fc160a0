"""Keeps what was put together from the database until something happens: the history tells when."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from django.db import connection

STATE = """
    SELECT (SELECT id FROM audit_entry WHERE NOT is_read ORDER BY id DESC LIMIT 1),
           NOT EXISTS (
               SELECT FROM pg_locks
               WHERE relation = 'audit_entry'::regclass AND mode = 'RowExclusiveLock'
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""


class Memory[T]:
    """The last `most` values of this process, each as of an entry of the history. For threads.

    Every write leaves an entry in its own transaction, so nothing has changed while the newest entry is the same. One
    that is just being added may bear a lower number than some that are seen already: meanwhile nothing is kept.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[Hashable, tuple[int | None, T]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, build: Callable[[], T]) -> T:
        """What was built under this key if nothing happened since, else what `build` makes now. One query more.

        `key` holds everything else that the value depends on: who asks, the language, the day.
        """
        newest, is_quiet = _state()
        with self._lock:
            if key in self._kept and self._kept[key][0] == newest:
                self._kept.move_to_end(key)
                return self._kept[key][1]
        value = build()
        if is_quiet:
            with self._lock:
                self._kept[key] = newest, value
                self._kept.move_to_end(key)
                if len(self._kept) > self.most:
                    self._kept.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


def _state() -> tuple[int | None, bool]:
    """The newest entry that is no read, and whether nobody adds one at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        newest, is_quiet = cursor.fetchone()
        return newest, is_quiet
