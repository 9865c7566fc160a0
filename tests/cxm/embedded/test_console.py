"""What the terminal shows."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from cxm.embedded import console


class Handler(BaseHTTPRequestHandler):
    """Answers with the status in its server's hands."""

    def do_GET(self) -> None:
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Handler) as found:
        thread = threading.Thread(target=found.serve_forever, args=[0.01])
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "expected"), [(200, True), (301, True), (400, True), (500, False), (503, False)]
)
def test_it_is_ready_when_it_answers_without_a_server_error(
    server: HTTPServer, status: int, expected: bool
) -> None:
    server.status = status  # type: ignore[attr-defined]

    assert console.answers(f"http://127.0.0.1:{server.server_port}/") is expected


def test_nobody_there_is_not_ready() -> None:
    assert not console.answers("http://127.0.0.1:9/")


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that speaks English."""
    monkeypatch.setenv("LANGUAGE_CODE", "en")


def test_the_greeting_speaks_the_language_of_the_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cxm/locale/de/LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalog("cxm is ready after %(seconds)s s:", "cxm ist nach %(seconds)s s bereit:"))
    monkeypatch.setattr(console, "ROOT", tmp_path)
    for language, expected in (
        ("de", "cxm ist nach 4.2 s bereit:  http://127.0.0.1:8000/\n"),
        ("en", "cxm is ready after 4.2 s:  http://127.0.0.1:8000/\n"),
    ):
        monkeypatch.setenv("LANGUAGE_CODE", language)
        assert expected in console.greeting("http://127.0.0.1:8000/", 4.2, tmp_path)
    monkeypatch.delenv("LANGUAGE_CODE")
    assert "bereit" in console.greeting("http://127.0.0.1:8000/", 4.2, tmp_path)  # German comes first


def catalog(text: str, translation: str) -> Catalog:
    """One translated text."""
    found = Catalog(locale="de")
    found.add(text, translation)
    return found


def test_the_greeting_has_the_address_and_how_to_sign_in(tmp_path: Path, english: None) -> None:
    (tmp_path / "greeting.txt").write_text("  Mia: mia@example.com\n")

    text = console.greeting("http://127.0.0.1:8000/", 4.25, tmp_path)

    assert "cxm is ready after 4.2 s:  http://127.0.0.1:8000/\n" in text
    assert "  Mia: mia@example.com\n" in text


def test_the_greeting_without_a_demo(tmp_path: Path) -> None:
    assert "http://127.0.0.1:8000/" in console.greeting("http://127.0.0.1:8000/", 4.2, tmp_path)


def test_the_last_lines_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    assert console.tail(log) == "(nothing)"

    log.write_text("\n".join(str(number) for number in range(100)))
    assert console.tail(log).splitlines() == [str(number) for number in range(85, 100)]


def test_only_news_of_a_log_are_shown(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("of yesterday\n")
    follower = console.Follower(log)

    with log.open("a") as file:
        file.write("one\ntwo\n")

    assert follower.news() == ["one", "two"]
    assert follower.news() == []


def test_a_log_that_appears_later_is_shown_whole(tmp_path: Path) -> None:
    follower = console.Follower(tmp_path / "web.log")
    assert follower.news() == []

    (tmp_path / "web.log").write_text("first\n")

    assert follower.news() == ["first"]


def test_a_log_that_is_turned_over_loses_no_line(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("")
    follower = console.Follower(log)
    with log.open("a") as file:
        file.write("last of the old\n")
    log.rename(tmp_path / "web.log.1")
    log.write_text("first of the new\n")

    assert follower.news() == ["last of the old", "first of the new"]


def test_each_line_says_who_speaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    follower = console.Follower(tmp_path / "web.log")
    (tmp_path / "web.log").write_text("GET / 200\n")

    console.show_news([follower])

    assert capsys.readouterr().out == "web      | GET / 200\n"
