"""Lists of customers as people paste and upload them: what is read, and how each mistake is named."""

import io
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from xlsxwriter import Workbook

from surveys.questionnaires.customers import Customer, Listed, as_lines, pasted, uploaded


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def listed(text: str) -> Listed:
    return Listed().add(pasted(text))


def read(content: bytes, name: str = "kunden.csv") -> Listed:
    return Listed().add(uploaded(SimpleUploadedFile(name, content)))


def workbook(*rows: tuple[object, ...]) -> bytes:
    out = io.BytesIO()
    with Workbook(out) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return out.getvalue()


@pytest.mark.parametrize(
    ("line", "customer"),
    [
        ("a@b.example", Customer("a@b.example")),
        ("  a@b.example ;", Customer("a@b.example")),
        ("a@b.example,Ann,en", Customer("a@b.example", "Ann", "en")),
        ("a@b.example; Meyer, Ann; DE", Customer("a@b.example", "Meyer, Ann", "de")),
        ("a@b.example\tAnn; Ltd.\tEnglisch", Customer("a@b.example", "Ann; Ltd.", "en")),
        ('a@b.example,"Meyer, Ann"', Customer("a@b.example", "Meyer, Ann")),
        ("a@b.example,en", Customer("a@b.example", "", "en")),
        ("a@b.example,,de-DE", Customer("a@b.example", "", "de")),
        ("a@müller.example", Customer("a@xn--mller-kva.example")),
    ],
)
def test_a_line_may_be_written_in_many_ways(line: str, customer: Customer) -> None:
    found = listed(line)
    assert (found.faults, [*found.customers.values()]) == ([], [customer])


def test_headings_and_empty_lines_are_no_customers() -> None:
    found = listed("E-Mail;Name;Sprache\r\n\r\na@b.example;Ann;de\r\n \r\n")
    assert [*found.customers.values()] == [Customer("a@b.example", "Ann", "de")]


def test_the_same_address_counts_once_however_it_is_written() -> None:
    found = listed("Ann@B.example,Ann\nann@b.EXAMPLE\nc@b.example\nANN@b.example")
    assert [one.email for one in found.customers.values()] == ["Ann@B.example", "c@b.example"]
    assert found.again == 2


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("nonsense", "Line 2, E-mail: “nonsense” is no e-mail address"),
        (";Ann", "Line 2, E-mail: is missing"),
        ("ſ@b.example", "Line 2, E-mail: “ſ@b.example” is no e-mail address"),
        (
            f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example",
            f"Line 2, E-mail: “{'a' * 59}…” is no e-mail address",
        ),
        (f"a@b.example;{'n' * 151}", "Line 2, Name: longer than 150 characters"),
        ("a@b.example;A\x02nn", "Line 2, Name: holds characters that cannot be shown"),
        ("a@b.example;Ann;fr", "Line 2, Language: “fr” is neither de nor en"),
        ("a@b.example;Ann;de;more", "Line 2: there is more than address, name and language"),
    ],
)
def test_a_mistake_is_said_with_line_field_and_reason(line: str, fault: str) -> None:
    assert listed(f"first@b.example\n{line}\nlast@b.example").faults == [fault]


def test_of_many_mistakes_the_first_are_shown_and_the_rest_counted() -> None:
    found = listed("\n".join(["wrong"] * 25))
    assert len(found.complaints) == 21
    assert found.complaints[-1] == "And 5 more."


@pytest.mark.parametrize(
    "content",
    [
        "E-Mail;Name;Sprache\na@b.example;Jörg;de\nc@b.example;;en\n".encode("cp1252"),
        b"a@b.example,J\xc3\xb6rg,de\nc@b.example,,en\n",
        "Sprache\tVorname\tNachname\tMail\nde\t\tJörg\ta@b.example\nen\t\t\tc@b.example".encode(),
        workbook(("Unsere Kunden",), (), ("Name", "E-Mail-Adresse", "Sprache"), ("Jörg", "a@b.example", "de"),
                 (None, "c@b.example", "en")),
    ],
    ids=["windows", "no headings", "other columns", "workbook"],
)  # fmt: skip
def test_a_file_is_read_by_its_content(content: bytes) -> None:
    found = read(content)
    assert found.faults == []
    assert [*found.customers.values()] == [
        Customer("a@b.example", "Jörg", "de"), Customer("c@b.example", "", "en"),
    ]  # fmt: skip


def test_first_and_last_name_are_one() -> None:
    found = read(b"Email;Vorname;Nachname\na@b.example;Ann;Meyer\n")
    assert found.customers["a@b.example"].name == "Ann Meyer"


def test_mistakes_of_a_file_name_its_row() -> None:
    found = read(b"E-Mail;Name\na@b.example;Ann\n;Ben\nnonsense;Cem\n")
    assert found.faults == [
        "Line 3, E-mail: is missing", "Line 4, E-mail: “nonsense” is no e-mail address",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.4\n1 0 obj\n", "Files of this kind are not accepted."),
        (b"<html><body>a@b.example</body></html>", "Files of this kind are not accepted."),
        (b"PK\x03\x04 broken", "Files of this kind are not accepted."),
        (b"a" * (5 * 1024**2 + 1), "The file is too large: at most 5 MB."),
    ],
    ids=["empty", "pdf", "html", "zip", "large"],
)
def test_a_file_that_is_no_list_is_refused(content: bytes, error: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(content)
    assert refused.value.messages[0].startswith(error)


def test_what_was_read_is_written_so_that_it_reads_the_same() -> None:
    customers = [
        Customer("a@b.example", "Meyer; Ann", "de"), Customer("b@b.example", '"Bo"'),
        Customer("c@b.example", "", "en"), Customer("d@b.example"),
    ]  # fmt: skip
    assert [*listed(as_lines(customers)).customers.values()] == customers
