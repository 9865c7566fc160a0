"""A copy of the database as it was, beside what has become of it: small and large are measured in turns, in one run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import sql

from tests import template
from tests.bench.clock import processor, session_of


class Twin:
    """The copy, and the original as `connections` knows it."""

    def __init__(self, copy: Any, original: Any) -> None:
        self.copy, self.original = copy, original

    def seen_by[T](self, call: Callable[[], T]) -> Callable[[], T]:
        """The same call, which meets the copy instead of the original."""

        def inside() -> T:
            connections[DEFAULT_DB_ALIAS] = self.copy
            try:
                return call()
            finally:
                connections[DEFAULT_DB_ALIAS] = self.original

        return inside

    def clock(self) -> float:
        """Processor time of this process and both sessions."""
        return processor([session_of(self.copy), session_of(self.original)])


@contextmanager
def copied() -> Iterator[Twin]:
    """Copy the database now; the copy goes with the block."""
    original = connections[DEFAULT_DB_ALIAS]
    name = original.settings_dict["NAME"]
    copy = original.copy()
    copy.settings_dict["NAME"] = f"{name}_as_it_was"
    original.close()  # a database that is in use cannot be copied
    statement(
        "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", copy.settings_dict["NAME"], name, replace=True
    )
    try:
        yield Twin(copy, original)
    finally:
        copy.close()
        statement("DROP DATABASE {}", copy.settings_dict["NAME"])


def statement(text: str, *names: str, replace: bool = False) -> None:
    """One statement about whole databases, from outside of them."""
    with template.server() as server:
        if replace:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(names[0])))
        server.execute(sql.SQL(text).format(*map(sql.Identifier, names)))
