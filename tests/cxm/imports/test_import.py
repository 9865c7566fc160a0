"""From a list to things and back: upload, check, correct, import, undo."""

import pytest
from django.core.exceptions import ValidationError

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.imports import jobs
from cxm.imports.actions import (
    StateError,
    accept_row,
    assign_columns,
    correct_cell,
    decide_values,
    discard_import,
    include_rows,
    read_differently,
    retry_import,
    skip_wrong_rows,
    start_import,
    undo_import,
)
from cxm.imports.choices import State
from cxm.imports.models import ImportRow, ImportRun
from cxm.kit.importers import Verdict
from cxm.kit.sheets import SheetError
from cxm.organisation.models import Person, Unit
from tests.conftest import SentTasks
from tests.cxm.imports.conftest import checked, uploaded
from tests.cxm.imports.dummies import UnitImporter

LIST = "Name;Kürzel;Größe\nVertrieb;V;12\nKundendienst;K;30\nLager;L;8\n"


def done(run: ImportRun, user: User, *, only_good: bool = False) -> ImportRun:
    start_import(actor=user, run=run, only_good=only_good)
    jobs.execute(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def row(run: ImportRun, number: int) -> ImportRow:
    return run.rows.get(number=number)


def messages(run: ImportRun, number: int) -> list[str]:
    return [problem.message for problem in row(run, number).issues]


def test_list_comes_in_and_goes_back(units: UnitImporter, mia: User) -> None:
    Unit.objects.create(name="Lager", code="old")
    run = checked(units, mia, LIST)
    assert (run.state, run.counts) == (State.READY, {"new": 2, "changed": 1, "total": 3, "skipped": 0})
    assert row(run, 4).changes == {"code": ["old", "L"]}

    run = done(run, mia)
    assert run.state == State.DONE
    assert dict(Unit.objects.values_list("name", "code")) == {
        "Vertrieb": "V",
        "Kundendienst": "K",
        "Lager": "L",
    }
    assert row(run, 2).target_url == Unit.objects.get(name="Vertrieb").get_absolute_url()
    assert row(run, 4).verdict == Verdict.CHANGED

    undo_import(actor=mia, run=run)
    jobs.undo(run.pk)
    assert ImportRun.objects.get(pk=run.pk).state == State.UNDONE
    assert dict(Unit.objects.values_list("name", "code")) == {"Lager": "old"}
    verbs = Entry.objects.order_by("id").values_list("verb", flat=True)
    assert [verb.rsplit(".", 1)[1] for verb in verbs if verb.startswith("imports.")] == [
        "uploaded", "started", "finished", "undone",
    ]  # fmt: skip


def test_same_list_again_changes_nothing_and_is_recognised(units: UnitImporter, mia: User) -> None:
    first = done(checked(units, mia, LIST), mia)
    again = checked(units, mia, LIST)
    assert again.counts["unchanged"] == 3
    assert ImportRun.objects.same_file(again).get() == first
    assert done(again, mia).state == State.DONE
    assert Unit.objects.count() == 3


def test_each_kind_of_mistake_is_at_its_cell(units: UnitImporter, mia: User) -> None:
    text = (
        "Name;Größe;Seit;Baum\n"
        ";1;;\n"  # 2: no name
        f"{'x' * 41};1;;\n"  # 3: too long
        "A;viel;;\n"  # 4: no number
        "B;-1;;\n"  # 5: the importer's own rule
        "C;1;30.02.2026;\n"  # 6: no such day
        "D;1;;Eichee\n"  # 7: unknown word
        "E;1\n"  # 8: ragged
        "F;1;;\n"
        "F;2;;\n"  # 10: double
        "G;2000;;\n"  # 11: only a hint
    )
    run = checked(units, mia, text)
    fields = {r.number: [p.field for p in r.issues] for r in run.rows.all() if r.problems}
    wrong = {2: "name", 3: "name", 4: "size", 5: "size", 6: "since", 7: "tree", 8: "", 10: "name", 11: "size"}
    assert fields == {number: [field] for number, field in wrong.items()}
    assert run.counts["wrong"] == 8
    assert "9" in messages(run, 10)[0]
    assert row(run, 11).verdict == Verdict.NEW


def test_nothing_comes_in_while_a_row_is_wrong(units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name;Größe\nA;1\nB;x\n")
    with pytest.raises(ValidationError):
        start_import(actor=mia, run=run, only_good=False)
    assert not Unit.objects.exists()
    assert ImportRun.objects.get(pk=run.pk).state == State.READY


def test_good_rows_alone_come_in(units: UnitImporter, mia: User) -> None:
    run = done(checked(units, mia, "Name;Größe\nA;1\nB;x\nC;3\n"), mia, only_good=True)
    assert set(Unit.objects.values_list("name", flat=True)) == {"A", "C"}
    assert (run.count("new"), run.count("wrong")) == (2, 1)


def test_one_bad_row_of_ten_thousand_is_named(
    units: UnitImporter, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UnitImporter, "max_rows", 20_000)
    monkeypatch.setattr(UnitImporter, "chunk_size", 1_000)
    rows = "".join(f"Unit {i};{'x' if i == 7777 else i}\n" for i in range(1, 10_001))
    run = checked(units, mia, "Name;Größe\n" + rows)
    assert [(r.number, r.verdict) for r in run.rows.wrong()] == [(7778, Verdict.WRONG)]


def test_correcting_a_cell_checks_its_row_again(units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name;Größe\nA;1\nB;x\n")
    run, rows = correct_cell(run=run, number=3, field="size", text="7")
    assert [(r.number, r.verdict, r.corrected) for r in rows] == [(3, Verdict.NEW, ["size"])]
    assert run.count("wrong") == 0
    assert done(run, mia).state == State.DONE


def test_correcting_one_of_two_doubles_frees_the_other(units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name;Größe\nA;1\nA;2\nA;3\n")
    assert run.count("wrong") == 2
    run, rows = correct_cell(run=run, number=2, field="name", text="B")
    assert {r.number: r.verdict for r in rows} == {2: "new", 3: "new", 4: "wrong"}
    run, rows = include_rows(run=run, numbers=[3], included=False)
    assert {r.number: r.verdict for r in rows} == {3: "new", 4: "new"}
    assert run.counts == {"new": 2, "total": 3, "skipped": 1}


def test_rows_left_out_do_not_come_in(units: UnitImporter, mia: User) -> None:
    run = skip_wrong_rows(run=checked(units, mia, "Name;Größe\nA;1\nB;x\n"))
    assert run.counts == {"new": 1, "wrong": 0, "total": 2, "skipped": 1}
    assert done(run, mia).state == State.DONE
    assert Unit.objects.get().name == "A"


def test_odd_row_can_be_taken_as_it_is(units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name;Größe\nA;1\nB\n")
    run, _rows = accept_row(run=run, number=3)
    assert run.count("wrong") == 0


def test_meaning_of_a_word_is_asked_once(units: UnitImporter, mia: User) -> None:
    text = "Name;Baum\nA;Laubbaum\nB;laubbaum\nC;Eiche\nD;oak\nE;Tane\n"
    run = checked(units, mia, text)
    assert run.unknown == {"tree": [["Laubbaum", 2, ""], ["Tane", 1, "fir"]]}
    decide_values(run=run, decisions={"tree": {"Laubbaum": {"value": "ash"}, "Tane": {"value": "fir"}}})
    jobs.check(run.pk)
    run.refresh_from_db()
    assert (run.count("wrong"), run.unknown) == (0, {})
    assert row(run, 2).meant == {"tree": "Esche"}
    discard_import(actor=mia, run=run)
    assert checked(units, mia, text).count("wrong") == 0  # remembered


def test_several_people_in_a_cell(units: UnitImporter, mia: User) -> None:
    for name in ("Anna Berg", "Ben Carl", "Cora Dorn"):
        Person.objects.create(name=name)
    text = (
        'Name;Leitung\nA;"Anna Berg, Ben Carl"\nB;Berg, Anna\nC;Anna Berg und Cora Dorn\n'
        'D;"Ben Carl\nAnna Berg"\nE;Dorn, Cora / Ben Carl\n'
    )
    run = checked(units, mia, text)
    assert run.count("wrong") == 0
    assert row(run, 6).meant == {"leads": "Cora Dorn; Ben Carl"}


def test_unknown_person_may_be_invited(units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name;Leitung\nA;Mia Meyer + Neu Ling\n")
    assert run.unknown == {"leads": [["Neu Ling", 1, ""]]}
    decide_values(run=run, decisions={"leads": {"Neu Ling": {"offer": "invite"}}})
    jobs.check(run.pk)
    run = done(ImportRun.objects.get(pk=run.pk), mia)
    assert row(run, 2).memo == {"invited": ["Neu Ling"]}
    assert checked(units, mia, "Name;Leitung\nB;Neu Ling\n").count("wrong") == 1  # an offer is not remembered


def test_assignment_is_remembered_for_the_same_headings(units: UnitImporter, mia: User) -> None:
    text = "Sp1;Sp2\nA;7\n"
    first = uploaded(units, mia, text)
    assert first.mapping == {}
    assign_columns(run=first, mapping={"name": 0, "size": 1}, settings={}, clear_empty=False)
    assert uploaded(units, mia, text.replace("A", "B")).mapping == {"name": 0, "size": 1}


def test_columns_are_found_by_alias_and_likeness(units: UnitImporter, mia: User) -> None:
    run = uploaded(units, mia, "Abteilungen;KÜRZEL;is_superuser;Grösse\nA;b;1;3\n")
    assert run.mapping == {"name": 0, "code": 1, "size": 3}


def test_what_is_not_assigned_is_never_kept(units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name;is_superuser;password\nA;1;geheim\n")
    assert row(run, 2).cells == {"name": "A"}


def test_reading_differently_finds_other_columns(units: UnitImporter, mia: User) -> None:
    run = uploaded(units, mia, "Liste\nName,Größe\nA,1\nB,2\n")
    options = {"encoding": "utf-8", "delimiter": ";", "header_row": 0, "decimal": ".", "day_first": False}
    run = read_differently(run=run, options=options)
    assert (run.found["headers"], run.found["decimal"]) == ([""], ".")
    assert run.reading.decimal == "."


def test_what_went_wrong_meanwhile_stops_everything(units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name\nA\nVerboten\nC\n")
    run = done(run, mia)
    assert (run.state, run.count("wrong")) == (State.READY, 1)
    assert run.failure
    assert messages(run, 3) == ["This name is forbidden."]
    assert not Unit.objects.exists()
    assert Entry.objects.about(run).values_list("verb", "actor")[0] == ("imports.run.stopped", mia.pk)


def test_what_went_wrong_meanwhile_is_left_out_if_asked(units: UnitImporter, mia: User) -> None:
    run = done(checked(units, mia, "Name\nA\nVerboten\nC\n"), mia, only_good=True)
    assert (run.state, run.count("wrong"), run.count("new")) == (State.DONE, 1, 2)
    assert set(Unit.objects.values_list("name", flat=True)) == {"A", "C"}


def test_undo_is_refused_as_a_whole_with_reasons(units: UnitImporter, mia: User, otto: User) -> None:
    run = done(checked(units, mia, LIST), mia)
    Person.objects.create(name="Neu Ling", unit=Unit.objects.get(name="Kundendienst"))
    undo_import(actor=otto, run=run)
    jobs.undo(run.pk)
    run.refresh_from_db()
    assert (run.state, run.refusals) == (State.DONE, [["Kundendienst", "People work there."]])
    assert Entry.objects.about(run).values_list("verb", "actor")[0] == ("imports.run.undo_refused", otto.pk)
    assert Unit.objects.count() == 3


def test_fault_of_an_importer_changes_nothing(
    units: UnitImporter, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = checked(units, mia, LIST)

    def broken(*_args: object) -> None:
        Unit.objects.create(name="half")
        raise RuntimeError("boom")

    monkeypatch.setattr(units, "apply", broken)
    run = done(run, mia)
    assert run.state == State.FAILED
    assert "boom" not in run.failure
    assert not Unit.objects.exists()
    assert retry_import(run=run).state == State.UPLOADED


def test_file_that_turns_out_unreadable_later_fails_with_the_row(units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name;Größe\n" + "A;1\n" * 200 + 'B;"2\n')
    assert run.state == State.FAILED
    assert "202" in run.failure


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", b"Name\n", b"PK\x03\x04xx"], ids=["empty", "png", "header", "zip"]
)
def test_what_is_no_list_leaves_nothing_behind(
    units: UnitImporter, mia: User, content: bytes, folder: object
) -> None:
    with pytest.raises(SheetError):
        uploaded(units, mia, content)
    assert not ImportRun.objects.exists()
    assert not [path for path in folder.rglob("media/**/*") if path.is_file()]  # type: ignore[attr-defined]


def test_too_long_list_is_refused(units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name\n" + "".join(f"U{i}\n" for i in range(1_001)))
    assert run.state == State.FAILED
    assert "1002" in run.failure


def test_actions_refuse_what_the_state_does_not_allow(units: UnitImporter, mia: User) -> None:
    run = done(checked(units, mia, LIST), mia)
    with pytest.raises(StateError):
        start_import(actor=mia, run=run, only_good=False)
    with pytest.raises(StateError):
        correct_cell(run=run, number=2, field="name", text="x")
    with pytest.raises(StateError):
        discard_import(actor=mia, run=run)


def test_discarding_deletes_file_and_rows(
    units: UnitImporter, mia: User, django_capture_on_commit_callbacks: object
) -> None:
    run = checked(units, mia, LIST)
    path = run.path
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        discard_import(actor=mia, run=run)
    assert not path.exists()
    assert not ImportRow.objects.exists()


def test_worker_is_rung_after_commit(
    units: UnitImporter, mia: User, sent_tasks: SentTasks, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        run = uploaded(units, mia, LIST)
        assign_columns(run=run, mapping=run.mapping, settings={}, clear_empty=False)
    assert [call[:2] for call in sent_tasks.calls if "imports" in call[0]] == [("imports.check", (run.pk,))]


def test_empty_cells_delete_only_if_asked(units: UnitImporter, mia: User) -> None:
    Unit.objects.create(name="Lager", code="old")
    run = checked(units, mia, "Name;Code;Größe\nLager;;1\n")
    assert run.counts["unchanged"] == 1
    assign_columns(run=run, mapping=run.mapping, settings={}, clear_empty=True)
    jobs.check(run.pk)
    run.refresh_from_db()
    assert row(run, 2).changes == {"code": ["old", ""]}
    done(run, mia)
    assert Unit.objects.get().code == ""
