"""Two small importers of the tests' own: units of the company row by row, and amounts in bulk."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import ProtectedError

from cxm.imports.models import ImportRun
from cxm.kit.importers import (
    BulkImporter,
    Context,
    Counts,
    DoneRow,
    Draft,
    Field,
    Importer,
    Offer,
    Offered,
    Option,
    Problems,
    Progress,
    UndoRefusedError,
    Verdict,
)
from cxm.kit.sheets import values
from cxm.organisation.models import Person, Unit
from cxm.organisation.permissions import IMPORT

TREES = (Option("oak", "Eiche", ("Oak",)), Option("ash", "Esche"), Option("fir", "Tanne", ("Fir",)))


def people() -> list[Option]:
    """Everybody, also as "Surname, Name"."""
    return [
        Option(str(person.pk), person.name, (person.email, ", ".join(reversed(person.name.split(" ", 1)))))
        for person in Person.objects.all()
    ]


class UnitImporter(Importer):
    """Units by name; a unit keeps its lead and tree in its code, which is enough for a test."""

    code = "units_test"
    label = "Units"
    permission = IMPORT
    chunk_size = 7
    max_rows = 1_000
    fields = (
        Field(
            "name", "Name", required=True, aliases=("Bezeichnung", "Abteilung"), max_length=40, unique=True
        ),
        Field("code", "Code", aliases=("Kürzel",)),
        Field("tree", "Baum", options=lambda: TREES),
        Field("leads", "Leitung", options=people, many=True, offers=(Offer("invite", "Invite"),)),
        Field("since", "Seit", parse=values.day),
        Field("size", "Größe", parse=values.whole),
    )

    def check(self, drafts: Sequence[Draft], context: Context) -> None:
        known = {
            unit.name: unit for unit in Unit.objects.filter(name__in=[d.values.get("name") for d in drafts])
        }
        for draft in drafts:
            size = draft.values.get("size")
            if size is not None and size < 0:
                draft.wrong("Nobody is less than nobody.", "size")
            if size and size > 1000:
                draft.hint("That is a large unit.", "size")
            if found := known.get(draft.values.get("name") or ""):
                draft.matches(found, old={"code": found.code})

    def apply_row(self, run: ImportRun, draft: Draft) -> None:
        invited = [lead.text for lead in draft.values.get("leads") or [] if isinstance(lead, Offered)]
        if draft.target is None:
            if draft.values["name"] == "Verboten":
                raise ValidationError({"name": ["This name is forbidden."]})
            unit = Unit.objects.create(name=draft.values["name"], code=draft.values.get("code") or "")
            draft.memo = {"invited": invited}
        else:
            unit = Unit.objects.get(pk=draft.target.pk)
            draft.memo = {"code": unit.code}
            unit.code = draft.changed["code"] or ""
            unit.save()
        draft.made(unit)

    def undo(self, run: ImportRun, rows: Sequence[DoneRow]) -> None:
        for done in rows:
            unit = Unit.objects.get(pk=done.target.pk)
            if done.verdict == Verdict.CHANGED:
                unit.code = done.memo["code"]
                unit.save()
                continue
            try:
                unit.delete()
            except ProtectedError as error:
                raise UndoRefusedError([(unit.name, "People work there.")]) from error


TABLES = """
create unlogged table if not exists test_staged (run_id bigint, number int, tree text, amount numeric);
create table if not exists test_amounts (run_id bigint, tree text, amount numeric, primary key (tree, amount));
"""


class AmountImporter(BulkImporter):
    """Amounts per tree, straight into a table of the test."""

    code = "amounts_test"
    label = "Amounts"
    permission = IMPORT
    fields = (
        Field("tree", "Baum", required=True, options=lambda: TREES),
        Field("amount", "Menge", required=True, parse=values.number),
        Field("note", "Notiz"),
    )

    def stage(self, run: ImportRun, rows: Iterator[tuple[int, list[Any]]], problems: Problems) -> None:
        statement = "copy test_staged (run_id, number, tree, amount) from stdin"
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for number, (tree, amount, _note) in rows:
                if amount < 0:
                    problems.add(number, "Negative amounts are not possible.", "amount")
                else:
                    copy.write_row((run.pk, number, tree, amount))

    def apply_staged(self, run: ImportRun, progress: Progress) -> Counts:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from test_staged where run_id = %s", [run.pk])
            staged = cursor.fetchone()[0]
            cursor.execute(
                "insert into test_amounts select run_id, tree, amount from test_staged where run_id = %s "
                "on conflict do nothing",
                [run.pk],
            )
            return Counts(new=cursor.rowcount, unchanged=staged - cursor.rowcount)

    def undo_staged(self, run: ImportRun, progress: Progress) -> None:
        with connection.cursor() as cursor:
            cursor.execute("delete from test_amounts where run_id = %s", [run.pk])

    def discard(self, run: ImportRun) -> None:
        with connection.cursor() as cursor:
            cursor.execute("delete from test_staged where run_id = %s", [run.pk])


class Seen:
    """A progress writer that remembers what it was told."""

    told: ClassVar[list[tuple[int, int]]] = []

    def __init__(self, run_id: int) -> None:
        self.told.clear()

    def __call__(self, done: int, total: int) -> None:
        self.told.append((done, total))

    def close(self) -> None:
        pass
