"""The pages of an import, as a browser sees them, with and without scripts."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.imports import jobs
from cxm.imports.actions import forget_old_files, start_import, undo_import
from cxm.imports.choices import State
from cxm.imports.models import ImportRun, JobProgress, ValueMemory
from cxm.kit.sheets import read
from cxm.organisation.models import Person, Unit
from tests.cast import signed_in
from tests.cxm.imports.conftest import checked, uploaded
from tests.cxm.imports.dummies import AmountImporter, UnitImporter

HX = {"HX-Request": "true"}
LIST = "Name;Größe\nA;1\nB;x\nC;3\n"


@pytest.fixture
def web(mia: User) -> Client:
    return signed_in(mia)


def page(client: Client, run: ImportRun, query: str = "", **more: Any) -> str:
    response = client.get(run.get_absolute_url() + query, **more)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def post(client: Client, name: str, *args: object, **data: object) -> Any:
    return client.post(reverse(f"imports:{name}", args=args), data)


def work(run: ImportRun) -> ImportRun:
    for job in (jobs.check, jobs.execute, jobs.undo):
        job(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def test_whole_way_without_scripts(web: Client, units: UnitImporter) -> None:
    assert "Units" in web.get(reverse("imports:list")).content.decode()
    url = reverse("imports:upload", args=["units_test"])
    assert 'type="file"' in web.get(url).content.decode()

    answer = web.post(url, {"file": SimpleUploadedFile("Liste.csv", LIST.encode())})
    run = ImportRun.objects.get()
    assert answer.url == reverse("imports:columns", args=[run.pk])  # type: ignore[attr-defined]
    assert '<option value="size" selected>Größe</option>' in web.get(answer.url).content.decode()  # type: ignore[attr-defined]

    post(web, "columns", run.pk, column_0="name", column_1="size")
    assert "hx-get" in page(web, run)  # the worker has it
    run = work(run)
    shown = page(web, run)
    assert "This is not a number" in shown

    answer = post(web, "cell", run.pk, 3, "size", text="2")
    assert answer.url == f"{run.get_absolute_url()}?#row-3"
    post(web, "start", run.pk)
    run = work(run)
    assert run.state == State.DONE
    assert f'href="/units/{Unit.objects.get(name="B").pk}/"' in page(web, run)

    post(web, "undo", run.pk)
    assert work(run).state == State.UNDONE
    assert not Unit.objects.exists()


def test_correction_answers_with_the_row_and_the_counts(web: Client, units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name;Größe\nA;1\nA;2\n")
    shown = web.get(reverse("imports:cell", args=[run.pk, 2, "name"]), headers=HX).content.decode()
    assert shown.strip().startswith("<td")
    assert 'value="A"' in shown
    answer = web.post(reverse("imports:cell", args=[run.pk, 2, "name"]), {"text": "B"}, headers=HX)
    text = answer.content.decode()
    assert text.strip().startswith('<tr id="row-2"')
    assert '<tr id="row-3" class="" hx-swap-oob="true"' in text
    assert 'id="decision"' in text
    assert "0 wrong rows left" in text


def test_cell_can_be_corrected_on_a_page_of_its_own(web: Client, units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, LIST)
    shown = web.get(reverse("imports:cell", args=[run.pk, 2, "size"])).content.decode()
    assert "<html" in shown
    assert 'name="text"' in shown


def test_rows_are_left_out_and_taken_in(web: Client, units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, LIST)
    post(web, "row", run.pk, 3, act="skip")
    assert "is-out" in page(web, run, "?show=skipped")
    post(web, "row", run.pk, 3, act="include")
    run.refresh_from_db()
    assert run.count("skipped") == 0
    post(web, "skip_wrong", run.pk)
    run.refresh_from_db()
    assert (run.count("skipped"), run.count("wrong")) == (1, 0)
    assert post(web, "row", run.pk, 3, act="drop table").status_code == 404


def test_filters_and_pages_of_the_preview(web: Client, units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name;Größe\n" + "".join(f"U{i};{'x' if i == 60 else i}\n" for i in range(120)))
    assert 'id="row-52"' not in page(web, run)
    assert 'id="row-52"' in page(web, run, "?page=2")
    wrong = page(web, run, "?show=wrong")
    assert wrong.count('id="row-') == 1
    assert page(web, run, "?show=nonsense&page=999")


def test_words_are_decided_on_the_page(web: Client, units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name;Baum;Leitung\nA;Laubbaum;Neu Ling\nB;Tane;\n")
    shown = page(web, run)
    assert "Tanne (suggested)" in shown
    assert "Invite" in shown
    data = {
        "word_tree": ["Laubbaum", "Tane"],
        "meaning_tree": ["value:ash", "value:nonsense"],
        "word_leads": ["Neu Ling"],
        "meaning_leads": ["offer:invite"],
    }
    web.post(reverse("imports:words", args=[run.pk]), data)
    run = work(run)
    assert run.unknown == {"tree": [["Tane", 1, "fir"]]}
    assert run.decisions == {
        "tree": {"laubbaum": {"value": "ash"}},
        "leads": {"neuling": {"offer": "invite"}},
    }


def test_long_sets_of_values_are_typed(web: Client, units: UnitImporter, mia: User) -> None:
    people = Person.objects.bulk_create([Person(name=f"Person {i}") for i in range(70)])
    run = checked(units, mia, "Name;Leitung\nA;Unbekannt\n")
    assert '<datalist id="mean-leads">' in page(web, run)
    post(web, "words", run.pk, word_leads="Unbekannt", meaning_leads="Person 7")
    assert work(run).decisions == {"leads": {"unbekannt": {"value": str(people[7].pk)}}}


def test_earlier_answers_are_shown_changed_and_forgotten(web: Client, units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, "Name;Baum\nA;Laubbaum\nB;Tane\n")
    assert "Earlier answers" not in page(web, run)
    words = {"word_tree": ["Laubbaum", "Tane"], "meaning_tree": ["value:ash", "value:fir"]}
    web.post(reverse("imports:words", args=[run.pk]), words)
    work(run)
    run = checked(units, mia, "Name;Baum\nC;Laubbaum\nD;Tanne\n")
    assert run.unknown == {}
    shown = page(web, run)
    assert '<option value="value:ash" selected>' in shown
    assert "<strong>Laubbaum</strong>" in shown
    assert "<strong>Tane</strong>" not in shown  # not a word of this list
    web.post(reverse("imports:words", args=[run.pk]), {"word_tree": "Laubbaum", "meaning_tree": "value:fir"})
    run = work(run)
    assert run.decisions["tree"]["laubbaum"] == {"value": "fir"}
    assert ValueMemory.objects.get(text="laubbaum").decision == {"value": "fir"}
    web.post(reverse("imports:words", args=[run.pk]), {"word_tree": "Laubbaum", "meaning_tree": "forget"})
    run = work(run)
    assert [text for text, _rows, _like in run.unknown["tree"]] == ["Laubbaum"]
    assert not ValueMemory.objects.filter(text="laubbaum").exists()


def test_columns_are_checked(web: Client, units: UnitImporter, mia: User) -> None:
    run = uploaded(units, mia, LIST)
    answer = post(web, "columns", run.pk, column_0="size", column_1="size")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "is assigned to another column already" in text
    assert "Choose a column for: Name." in text
    assert post(web, "columns", run.pk, column_0="is_superuser").status_code == 422


def test_reading_can_be_changed(web: Client, units: UnitImporter, mia: User) -> None:
    run = uploaded(units, mia, LIST)
    data = {"encoding": "utf-8", "delimiter": "tab", "header_row": "0", "decimal": ".", "day_first": "0"}
    assert post(web, "read_again", run.pk, **data).status_code == 302
    run.refresh_from_db()
    assert (run.found["delimiter"], run.found["header_row"], run.found["day_first"]) == ("\t", 0, False)
    assert "Column A" in web.get(reverse("imports:columns", args=[run.pk])).content.decode()
    assert post(web, "read_again", run.pk, **data | {"header_row": "-1"}).status_code == 422
    assert post(web, "read_again", run.pk, **data | {"encoding": "klingon"}).status_code == 422


def test_progress_leads_to_the_result(web: Client, units: UnitImporter, mia: User) -> None:
    run = start_import(actor=mia, run=checked(units, mia, "Name\nA\n"), only_good=False)
    url = reverse("imports:progress", args=[run.pk])
    assert "waiting for the worker" in web.get(url, headers=HX).content.decode()
    JobProgress.objects.create(run=run.pk, done=300, total=1000)
    assert "300 of 1,000 rows" in web.get(url, headers=HX).content.decode()
    jobs.execute(run.pk)
    assert web.get(url, headers=HX)["HX-Redirect"] == run.get_absolute_url()


def test_too_large_file_is_refused_before_it_is_read(web: Client, units: UnitImporter, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 1024**2

    class Untouched(io.BytesIO):
        def read(self, *_args: object) -> bytes:
            raise AssertionError("The body was read.")

    much: dict[str, Any] = {"CONTENT_LENGTH": str(5 * 1024**3), "wsgi.input": Untouched()}
    url = reverse("imports:upload", args=["units_test"])
    answer = web.generic("POST", url, content_type="multipart/form-data; boundary=x", **much)
    assert answer.status_code == 413
    assert "at most 1 MB" in answer.content.decode()


def test_upload_without_token_is_refused(mia: User, units: UnitImporter) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(mia)
    answer = client.post(
        reverse("imports:upload", args=["units_test"]), {"file": SimpleUploadedFile("a.csv", b"x")}
    )
    assert answer.status_code == 403
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"Name\n"], ids=["empty", "png", "header"])
def test_what_is_no_list_is_said_at_the_field(web: Client, units: UnitImporter, content: bytes) -> None:
    answer = web.post(
        reverse("imports:upload", args=["units_test"]), {"file": SimpleUploadedFile("x.csv", content)}
    )
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


def test_error_file_can_be_imported_after_correction(
    web: Client, units: UnitImporter, mia: User, folder: Any
) -> None:
    run = checked(units, mia, "Name;Größe\nA;1\n=B;x\nC;y\n")
    for ending in ("csv", "xlsx"):
        answer: Any = web.get(reverse("imports:errors", args=[run.pk, ending]))
        path = folder / f"wrong.{ending}"
        path.write_bytes(b"".join(answer.streaming_content))
        sheet = read(path)
        assert sheet.headers == ("Name", "Größe", "Problem", "Row in the first file")
        assert [row.cells[0] for row in sheet.rows()] == ["=B", "C"]
        assert "This is not a number" in str(next(sheet.rows()).cells[2])
        again = uploaded(units, mia, path.read_bytes(), path.name)
        assert again.mapping == {"name": 0, "size": 1}
    assert Entry.objects.filter(verb="imports.file.read", is_read=True).count() == 2
    assert web.get(f"/imports/{run.pk}/wrong-rows.html").status_code == 404


def test_sent_file_is_only_ever_a_download(web: Client, units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, LIST, name="Liste\u202eexe.csv")
    answer: Any = web.get(reverse("imports:original", args=[run.pk]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="Listeexe.csv"'
    assert b"".join(answer.streaming_content).decode() == LIST


def test_empty_list_has_all_headings(web: Client, units: UnitImporter, folder: Any) -> None:
    answer: Any = web.get(reverse("imports:template", args=["units_test"]))
    assert answer["Content-Disposition"] == 'attachment; filename="units.xlsx"'


def test_long_list_shows_problems_and_first_rows(web: Client, amounts: AmountImporter, mia: User) -> None:
    run = checked(amounts, mia, "Baum;Menge\nEiche;1\nPalme;2\nEiche;x\n")
    shown = page(web, run)
    assert "“Palme” is not known." in shown
    assert "The first rows" in shown
    post(web, "start", run.pk, only_good="1")
    run = work(run)
    assert "Imported by Mia Meyer" in page(web, run)


def test_texts_of_a_list_are_escaped_everywhere(web: Client, units: UnitImporter, mia: User) -> None:
    evil = "<script>alert(1)</script>"
    run = checked(units, mia, f'"{evil}";Name;Baum\nx;"{evil}";"{evil}"\n', name=f"{evil}.csv")
    pages = [page(web, run), web.get(reverse("imports:columns", args=[run.pk])).content.decode()]
    pages.append(web.get(reverse("imports:list")).content.decode())
    assert all(evil not in shown for shown in pages)
    assert "&lt;script&gt;" in pages[0]


def test_others_neither_see_nor_touch(units: UnitImporter, mia: User, otto: User, dario: User) -> None:
    run = checked(units, mia, LIST)
    before = ImportRun.objects.values().get(pk=run.pk)
    names = ("run", "columns", "progress", "original")
    posts = ("start", "undo", "discard", "retry", "words", "skip_wrong", "read_again")
    for user, status in ((otto, 403), (dario, 404)):  # no right at all; the page, but not this kind of list
        client = signed_in(user)
        assert [client.get(reverse(f"imports:{name}", args=[run.pk])).status_code for name in names] == [
            status
        ] * 4
        assert [post(client, name, run.pk).status_code for name in posts] == [status] * 7
        assert post(client, "cell", run.pk, 3, "size", text="1").status_code == status
        assert post(client, "row", run.pk, 3, act="skip").status_code == status
        assert client.get(reverse("imports:upload", args=["units_test"])).status_code == status
    assert ImportRun.objects.values().get(pk=run.pk) == before
    assert "list.csv" not in signed_in(dario).get(reverse("imports:list")).content.decode()


def test_unknown_kinds_rows_and_fields_are_unknown(web: Client, units: UnitImporter, mia: User) -> None:
    run = checked(units, mia, LIST)
    assert web.get(reverse("imports:upload", args=["nothing"])).status_code == 404
    assert web.get(reverse("imports:cell", args=[run.pk, 99, "size"])).status_code == 404
    assert web.get(reverse("imports:cell", args=[run.pk, 3, "code"])).status_code == 404


def test_old_files_and_rows_are_forgotten(
    web: Client, units: UnitImporter, mia: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    run = start_import(actor=mia, run=checked(units, mia, "Name\nA\n"), only_good=False)
    jobs.execute(run.pk)
    path = run.path
    settings.IMPORT_RETENTION_DAYS = 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old_files() == 1
    run.refresh_from_db()
    assert not path.exists()
    assert not run.rows.exists()
    assert not run.can_undo
    assert "Undo" not in page(web, run)
    assert post(web, "undo", run.pk).status_code == 302
    run.refresh_from_db()
    assert run.state == State.DONE


def test_refused_undo_says_why(web: Client, units: UnitImporter, mia: User) -> None:
    run = start_import(actor=mia, run=checked(units, mia, "Name\nA\n"), only_good=False)
    jobs.execute(run.pk)
    Person.objects.create(name="Neu Ling", unit=Unit.objects.get())
    undo_import(actor=mia, run=run)
    jobs.undo(run.pk)
    assert "People work there." in page(web, run)


@pytest.mark.parametrize("rows", [10, 300], ids=str)
def test_preview_takes_few_queries(
    web: Client, units: UnitImporter, mia: User, rows: int, django_assert_max_num_queries: Any
) -> None:
    run = checked(units, mia, "Name;Größe;Baum\n" + "".join(f"U{i};x;Palme\n" for i in range(rows)))
    with django_assert_max_num_queries(12):
        page(web, run)
