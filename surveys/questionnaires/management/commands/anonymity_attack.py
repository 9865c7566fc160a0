"""Attacks the anonymity of surveys as an insider with all rights and the whole database would."""

import random
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from surveys.questionnaires.attack import company
from surveys.questionnaires.attack.attacks import LIMIT, Outcome, filters, live, transactions, waves

ATTACKS = {"live": live, "filter": filters, "wave": waves, "transaction": transactions}


@contextmanager
def unguarded() -> Iterator[None]:
    """Guard and ballot box taken out: only the plain limit of five is left, and answers are written when handed in."""
    room = "surveys.questionnaires"
    with ExitStack() as stack:
        for place in (f"{room}.guard.is_safe", f"{room}.between.leaves_sums_dark"):
            stack.enter_context(patch(place, lambda *_args: True))
        stack.enter_context(patch(f"{room}.guard.shown_edition", lambda wave: wave.edition))
        stack.enter_context(patch(f"{room}.actions.answering.waits_in_the_box", lambda _wave: False))
        stack.enter_context(patch(f"{room}.actions.answering.block_size", lambda _wave: 1))
        yield


def run(names: list[str], seed: int) -> list[Outcome]:
    """The attacks on a generated company; of all that nothing stays."""
    found: list[Outcome] = []
    with transaction.atomic():
        for name in names:
            with transaction.atomic():
                chance = random.Random(seed)  # noqa: S311 - no secret
                found += ATTACKS[name](company.found(), chance)
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    return found


class Command(BaseCommand):
    """Runs all attacks and says what they could work out."""

    help = (
        "Generates a company of 300 in this database, lets it answer and attacks: reads after each answer (live), "
        "combines everything that is shown (filter), takes one wave from another (wave), compares transaction numbers "
        "and orders of rows in all tables (transaction). Nothing of it stays. Exits with 1 if anything could be found."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The wishes."""
        parser.add_argument("attacks", nargs="*", choices=[*ATTACKS, []], help="which ones (default: all)")
        parser.add_argument(
            "--without-guard", action="store_true", help="take guard and ballot box out: it must fail"
        )
        parser.add_argument("--seed", type=int, help="the same company and answers again")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each attack."""
        seed = options["seed"] if options["seed"] is not None else secrets.randbelow(10**6)
        self.stdout.write(f"company of {company.PEOPLE}, limit {LIMIT}, seed {seed}")
        with unguarded() if options["without_guard"] else ExitStack():
            found = run(options["attacks"] or list(ATTACKS), seed)
        for outcome in found:
            self.stdout.write(
                f"{outcome.name}: {outcome.read} read, {outcome.determined} determinable groups"
            )
        total = sum(outcome.determined for outcome in found)
        self.stdout.write(f"{total} determinable groups below the limit")
        if total:
            raise CommandError("Anonymity does not hold.")
