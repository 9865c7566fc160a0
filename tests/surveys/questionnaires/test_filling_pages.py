"""From the link to the thanks: the pages as a browser without scripts and cookies sees them."""

import logging
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.questionnaires import visits
from surveys.questionnaires.actions import answering
from surveys.questionnaires.actions.answering import begin, save_answers
from surveys.questionnaires.actions.waves import close_wave, open_wave
from surveys.questionnaires.choices import Identity, Turnout, Use
from surveys.questionnaires.models import Answer, Draft, Invitation, Response, Wave, digest_of, new_token
from tests.surveys.makers import choice, make_people, make_version, make_wave, opened, question

pytestmark = pytest.mark.django_db

WAYS = question("ways", "multiple", choices=[choice("shop"), choice("web"), choice("post")])
HOW = question("how", "single", choices=[choice("good"), choice("bad")])
ALL_KINDS = [
    question("mat", "maturity", unknown=True), question("nps", "nps"), question("csat", "csat"),
    question("ces", "ces", page=2), question("lik", "likert", page=2), HOW | {"page": 2}, WAYS | {"page": 2},
    question("num", "number", page=3), question("day", "date", page=3), question("short", "short", page=3),
    question("long", "long", page=3),
]  # fmt: skip


@pytest.fixture
def visitor() -> Client:
    """A browser that checks forged forms as a real server does."""
    return Client(enforce_csrf_checks=True, headers={"origin": "null"})


def url(token: str, place: str = "", *args: int, door: str = "answer") -> str:
    return reverse(f"filling:{door}_{place}" if place else f"filling:{door}", args=[token, *args])


def body(*asked: str, **values: Any) -> dict[str, Any]:
    return {"asked": list(asked)} | {f"q-{name}": value for name, value in values.items()}


def one_invited(
    *questions: dict[str, Any], identity: Identity = Identity.NAMED
) -> tuple[Wave, Invitation, str]:
    wave, invited = opened(make_version(*questions, identity=identity), make_people(6))
    return wave, invited[0].invitation, invited[0].token


def shared(*questions: dict[str, Any], identity: Identity = Identity.CONFIDENTIAL) -> tuple[Wave, str]:
    wave, token = make_wave(make_version(*questions, identity=identity, use=Use.CUSTOMER)), new_token()
    wave.link_digest = digest_of(token)
    wave.save()
    open_wave(wave=wave, actor=None)
    return wave, token


def test_all_kinds_in_two_sittings_end_as_rows(visitor: Client) -> None:
    wave, invitation, token = one_invited(*ALL_KINDS)
    assert visitor.get(url(token)).status_code == 200
    assert visitor.post(url(token), {"language": "de"}).headers["Location"] == url(token, "page", 1)
    first = body("mat", "nps", "csat", mat="unknown", nps="9", csat="4")
    assert visitor.post(url(token, "page", 1), first).headers["Location"] == url(token, "page", 2)
    second = Client(enforce_csrf_checks=True)  # another day, another device
    assert b"3" in second.get(url(token)).content
    more = body("ces", "lik", "how", "ways", ces="7", lik="1", how="good", ways=["shop", "post"])
    assert second.post(url(token, "page", 2), more).headers["Location"] == url(token, "page", 3)
    last = body(
        "num", "day", "short", "long", num="1.234,5", day="2026-02-03", short="<b>", long="Zeile\r\nzwei"
    )
    assert second.post(url(token, "page", 3), last).headers["Location"] == url(token, "check")
    summary = second.get(url(token, "check")).content.decode()
    assert "03.02.2026" in summary
    assert "1234,5" in summary
    assert second.post(url(token, "check")).headers["Location"] == url(token, "done")
    assert second.get(url(token, "done")).status_code == 200
    response = Response.objects.get()
    assert (response.wave, response.invitation, response.nps) == (wave, invitation, 9)
    rows = Answer.objects.filter(response=response).order_by("question__position", "item")
    assert [row.is_unknown or row.number or (row.choice and row.choice.code) or row.decimal or row.day or row.text
            for row in rows] == [
        True, 9, 4, 7, 1, "good", "shop", "post", 1234.5, date(2026, 2, 3),
        "<b>", "Zeile\nzwei",
    ]  # fmt: skip


def test_looking_writes_nothing(visitor: Client) -> None:
    _wave, invitation, token = one_invited(question("a"))
    for place in ("", "check", "done", "decline"):
        visitor.get(url(token, place))
    visitor.get(url(token, "page", 1))
    invitation.refresh_from_db()
    assert invitation.status == Turnout.QUEUED
    assert not Draft.objects.exists()


@pytest.mark.parametrize("identity", list(Identity))
def test_the_start_says_what_becomes_of_the_answers(visitor: Client, identity: Identity) -> None:
    _wave, _invitation, token = one_invited(question("a"), identity=identity)
    text = visitor.get(url(token) + "?language=en").content.decode()
    said = {
        Identity.NAMED: "kept together with your name",
        Identity.CONFIDENTIAL: "figures of at least 5 people",
        Identity.ANONYMOUS: "shuffled and cut off from their links in one go",
    }
    assert [key for key, words in said.items() if words in text] == [identity]
    assert ("fewer than 5 people" in text) is (identity == Identity.ANONYMOUS)


def test_an_error_loses_nothing(visitor: Client) -> None:
    _wave, invitation, token = one_invited(*ALL_KINDS)
    visitor.post(url(token))
    wrong = body("num", "day", "short", "long", num="zwölf", day="morgen", short="x" * 301, long="bleibt")
    response = visitor.post(url(token, "page", 3), wrong)
    text = response.content.decode()
    assert response.status_code == 422
    for kept in ("zwölf", "morgen", "x" * 301, "bleibt"):
        assert kept in text
    for field in ("num", "day", "short"):
        assert f'href="#q-{field}"' in text
        assert f'id="q-{field}-error"' in text
    assert invitation.draft.answers == {"long": "bleibt"}


@pytest.mark.parametrize("text", ["x" * 1_000_000, "a\x00b"], ids=["1 MB", "NUL"])
def test_a_text_that_cannot_be_kept_is_a_message_at_the_field(visitor: Client, text: str) -> None:
    _wave, _invitation, token = one_invited(*ALL_KINDS)
    visitor.post(url(token))
    response = visitor.post(url(token, "page", 3), body("long", long=text))
    assert response.status_code == 422
    assert b'id="q-long-error"' in response.content


def test_what_is_too_large_to_be_read_is_said_so(visitor: Client) -> None:
    _wave, invitation, token = one_invited(*ALL_KINDS)
    visitor.post(url(token))
    sent = "asked=long&q-long=" + "x" * 3_000_000
    response = visitor.post(url(token, "page", 3), sent, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert invitation.draft.answers == {}


def test_script_in_every_text_stays_text(visitor: Client) -> None:
    evil = "<script>alert(1)</script>"
    texts = {
        f"{slot}.{language}": evil
        for slot in ("text", "help", "intro", "low", "high")
        for language in ("de", "en")
    }
    asked = [question("a", texts=texts), question("t", "long", texts=texts), question("z", page=2)]
    _wave, invitation, token = one_invited(*asked)
    Invitation.objects.filter(pk=invitation.pk).update(name=evil)
    visitor.post(url(token))
    visitor.post(url(token, "page", 1), body("a", "t", a="1", t=evil))
    for place in ("", "check"):
        assert evil not in visitor.get(url(token, place)).content.decode()
    page = visitor.get(url(token, "page", 1)).content.decode()
    assert evil not in page
    assert escape(evil) in page


def test_a_question_appears_on_the_same_page_without_scripts(visitor: Client) -> None:
    why = question("why", "long", show_if=[{"of": "a", "to": 2}], required=True)
    _wave, _invitation, token = one_invited(question("a"), why)
    visitor.post(url(token))
    assert b"q-why" not in visitor.get(url(token, "page", 1)).content
    again = visitor.post(url(token, "page", 1), body("a", a="1"))
    assert again.headers["Location"] == url(token, "page", 1) + "?more=1"
    assert b"q-why" in visitor.get(again.headers["Location"]).content
    assert visitor.post(url(token, "page", 1), body("a", "why", a="1")).status_code == 422
    done = visitor.post(url(token, "page", 1), body("a", "why", a="1", why="teuer"))
    assert done.headers["Location"] == url(token, "done")


def test_back_saves_and_asks_for_nothing(visitor: Client) -> None:
    _wave, invitation, token = one_invited(question("a"), question("b", page=2, required=True))
    visitor.post(url(token))
    assert visitor.post(url(token, "page", 2), body("b") | {"to": "back"}).headers["Location"] == url(
        token, "page", 1
    )
    assert visitor.post(url(token, "page", 1), body("a", a="2") | {"to": "back"}).headers["Location"] == url(
        token
    )
    assert invitation.draft.answers == {"a": 2}


def test_the_language_changes_and_nothing_is_lost(visitor: Client) -> None:
    _wave, invitation, token = one_invited(question("t", "long"), question("n", "number"))
    visitor.post(url(token), {"language": "de"})
    ok = visitor.post(url(token, "page", 1), body("t", "n", t="halb", n="1,5") | {"language": "en"})
    assert ok.headers["Location"] == url(token, "page", 1)
    text = visitor.get(url(token, "page", 1)).content.decode()
    assert '<html lang="en"' in text
    assert "halb" in text
    assert "1.5" in text
    assert invitation.draft.language == "en"
    wrong = visitor.post(url(token, "page", 1), body("t", "n", t="x", n="viele") | {"language": "de"})
    assert wrong.status_code == 422
    assert "viele" in wrong.content.decode()
    assert '<html lang="de"' in wrong.content.decode()


def test_two_windows_keep_each_others_pages(visitor: Client) -> None:
    _wave, invitation, token = one_invited(question("a"), question("b", page=2))
    visitor.post(url(token))
    visitor.post(url(token, "page", 2), body("b", b="5"))
    visitor.post(url(token, "page", 1), body("a", a="1"))
    assert invitation.draft.answers == {"a": 1, "b": 5}


def test_handing_in_twice_says_thanks_twice_and_counts_once(visitor: Client) -> None:
    _wave, _invitation, token = one_invited(question("a"), question("b", page=2))
    visitor.post(url(token))
    visitor.post(url(token, "page", 1), body("a", a="1"))
    for _time in range(2):
        assert visitor.post(url(token, "check")).headers["Location"] == url(token, "done")
        assert visitor.get(url(token, "done")).status_code == 200
    assert Response.objects.count() == 1
    for method, place, args in (
        ("get", "", ()),
        ("get", "page", (1,)),
        ("post", "page", (1,)),
        ("post", "", ()),
    ):
        assert getattr(visitor, method)(url(token, place, *args), body("a", a="5")).status_code == 410
    assert Answer.objects.get().number == 1


def test_what_is_missing_is_named_before_handing_in(visitor: Client) -> None:
    _wave, _invitation, token = one_invited(question("a", required=True), question("b", page=2))
    visitor.post(url(token))
    visitor.post(url(token, "page", 2), body("b", b="1"))
    response = visitor.post(url(token, "check"))
    assert response.status_code == 422
    assert f'href="{url(token, "page", 1)}#q-a-0"' in response.content.decode()


def test_a_wave_that_closes_keeps_what_is_being_written(visitor: Client) -> None:
    wave, invitation, token = one_invited(question("a"), question("t", "long"))
    visitor.post(url(token))
    close_wave(wave=wave, actor=None)
    response = visitor.post(url(token, "page", 1), body("a", "t", a="1", t="fast fertig"))
    assert response.status_code == 410
    assert "fast fertig" in response.content.decode()
    assert invitation.draft.answers == {"a": 1, "t": "fast fertig"}
    assert visitor.post(url(token, "check")).status_code == 410
    assert "fast fertig" in visitor.get(url(token)).content.decode()
    assert not Response.objects.exists()


def test_links_that_lead_nowhere(visitor: Client) -> None:
    wave, _invitation, token = one_invited(question("a"))
    for wrong in ("x", "\x00", "ü" * 500, "12:abc:def"):
        assert visitor.get(url(wrong)).status_code == 404
        assert visitor.post(url(wrong)).status_code == 404
        assert visitor.get(url(wrong, door="survey")).status_code == 404
    assert visitor.get(url(token, door="survey")).status_code == 404
    close_wave(wave=wave, actor=None)
    assert visitor.get(url(token)).status_code == 410
    assert visitor.post(url(token)).status_code == 410


def test_a_link_for_many_takes_one_answer_from_each_browser(visitor: Client) -> None:
    _wave, token = shared(question("a"))
    assert visitor.get(url(token, "page", 1, door="survey")).headers["Location"] == url(token, door="survey")
    for browser, value in ((visitor, "1"), (Client(), "5")):
        browser.post(url(token, door="survey"))
        for _time in range(2):
            sent = browser.post(url(token, "page", 1, door="survey"), body("a", a=value))
        assert sent.headers["Location"] == url(token, "done", door="survey")
        assert browser.get(url(token, "done", door="survey")).status_code == 200
        assert browser.post(url(token, door="survey")).status_code == 410
    assert list(Answer.objects.order_by("number").values_list("number", flat=True)) == [1, 5]


@pytest.mark.parametrize("identity", list(Identity))
def test_one_page_opens_at_its_link_and_its_button_hands_in(visitor: Client, identity: Identity) -> None:
    wave, invitation, token = one_invited(question("a", required=True), identity=identity)
    text = visitor.get(url(token) + "?language=en").content.decode()
    assert "Hand in" in text
    assert "Who sees my answers" in text
    assert url(token, "decline") in text
    assert visitor.post(url(token, "page", 1), body("a")).status_code == 422
    for _time in range(2):
        sent = visitor.post(url(token, "page", 1), body("a", a="4"))
        assert sent.headers["Location"] == url(token, "done")
    invitation.refresh_from_db()
    assert invitation.status == Turnout.COMPLETED
    close_wave(wave=wave, actor=None)
    anonymous = identity == Identity.ANONYMOUS  # one alone is never shown: it is thrown away
    assert [answer.number for answer in Answer.objects.all()] == ([] if anonymous else [4])


def test_one_page_is_kept_for_later(visitor: Client) -> None:
    _wave, invitation, token = one_invited(question("a"), question("t", "long"))
    kept = visitor.post(url(token, "page", 1), body("a", "t", t="erst halb") | {"to": "back"})
    assert kept.headers["Location"] == url(token) + "?kept=1"
    assert "erst halb" in visitor.get(kept.headers["Location"]).content.decode()
    invitation.refresh_from_db()
    assert invitation.status == Turnout.STARTED
    visitor.post(url(token, "page", 1), body("a", "t", a="2", t="jetzt ganz"))
    assert set(Answer.objects.values_list("number", "text")) == {(2, None), (None, "jetzt ganz")}
    assert not Draft.objects.exists()


def test_one_page_asked_for_in_another_language_is_read_in_it(visitor: Client) -> None:
    _wave, _invitation, token = one_invited(question("n", "number"))
    page = visitor.get(url(token) + "?language=en").content.decode()
    assert f'action="{url(token, "page", 1)}?language=en"' in page
    visitor.post(url(token, "page", 1) + "?language=en", body("n", n="1,234.5"))
    assert Answer.objects.get().decimal == Decimal("1234.5")


def test_one_page_that_closes_while_it_lies_open_keeps_what_is_sent(visitor: Client) -> None:
    wave, invitation, token = one_invited(question("a"), question("t", "long"))
    visitor.get(url(token))
    close_wave(wave=wave, actor=None)
    for _time in range(2):
        response = visitor.post(url(token, "page", 1), body("a", "t", a="1", t="zu spät"))
        assert response.status_code == 410
        assert "zu spät" in response.content.decode()
    assert invitation.draft.answers == {"a": 1, "t": "zu spät"}
    assert not Response.objects.exists()


@pytest.mark.parametrize("identity", [Identity.NAMED, Identity.ANONYMOUS])
def test_one_page_whose_wave_closes_at_that_moment(
    visitor: Client, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave, invitation, token = one_invited(question("a"), identity=identity)
    looked = answering.refuse_closed

    def closes_after_the_look(seen: Wave) -> None:
        looked(seen)
        Wave.objects.filter(pk=wave.pk).update(closed_at=timezone.now())

    monkeypatch.setattr(answering, "refuse_closed", closes_after_the_look)
    assert visitor.post(url(token, "page", 1), body("a", a="1")).status_code == 410
    assert (invitation.draft.answers, invitation.draft.is_finished) == ({"a": 1}, False)
    assert not Response.objects.exists()


def test_one_page_in_two_windows_counts_once(visitor: Client) -> None:
    _wave, invitation, token = one_invited(question("a"), question("b"))
    visitor.post(url(token, "page", 1), body("a", a="1") | {"to": "back"})  # another window has begun
    with pytest.raises(ValidationError) as caught:
        answering.answer(invitation=invitation, token=token, answers={"a": 2}, language="de")
    assert caught.value.code == "completed"
    visitor.post(url(token, "page", 1), body("a", "b", a="1", b="3"))
    assert list(Answer.objects.order_by("number").values_list("number", flat=True)) == [1, 3]


def test_a_forged_cookie_is_none(visitor: Client) -> None:
    wave, token = shared(question("a"))
    other = Client()
    other.post(url(token, door="survey"))
    visitor.cookies[visits.cookie_name(wave)] = "forged:abc:def"
    assert visitor.get(url(token, "page", 1, door="survey")).headers["Location"] == url(token, door="survey")


def test_not_taking_part_throws_the_draft_away_and_can_be_taken_back(visitor: Client) -> None:
    _wave, invitation, token = one_invited(question("a"))
    visitor.post(url(token))
    assert visitor.post(url(token, "decline")).status_code == 200
    invitation.refresh_from_db()
    assert invitation.status == Turnout.OPTED_OUT
    assert not Draft.objects.exists()
    assert invitation not in Invitation.objects.to_remind()
    visitor.post(url(token))
    invitation.refresh_from_db()
    assert invitation.status == Turnout.STARTED


def test_pages_of_answers_stay_out_of_caches_referrers_and_logs(
    visitor: Client, caplog: pytest.LogCaptureFixture
) -> None:
    _wave, _invitation, token = one_invited(question("a"))
    with caplog.at_level(logging.DEBUG):
        visitor.post(url(token))
        for address in (url(token), url(token, "page", 1), url(token + "x"), url(token, "done")):
            response = visitor.get(address)
            assert response.headers["Cache-Control"] == "no-store, private"
            assert response.headers["Referrer-Policy"] == "no-referrer"
        visitor.get(url(token) + "no/such/page/")
    assert token not in "".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )


def test_nothing_of_a_draft_is_recorded(visitor: Client) -> None:
    from cxm.audit.models import Entry  # noqa: PLC0415

    _wave, _invitation, token = one_invited(question("a"), identity=Identity.ANONYMOUS)
    before = Entry.objects.count()
    visitor.post(url(token))
    visitor.post(url(token, "page", 1), body("a", a="1"))
    visitor.post(url(token, "check"))
    assert Draft.objects.get().is_finished
    assert Entry.objects.count() == before


def test_a_program_that_sends_too_often_is_told_so(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "MOST_SENDINGS", 3)
    monkeypatch.setattr(visits, "this_minute", lambda: 1)
    _wave, _invitation, token = one_invited(question("a"))
    codes = [visitor.post(url(token)).status_code for _time in range(5)]
    assert codes == [302, 302, 302, 429, 429]


def test_a_page_costs_few_queries(visitor: Client, django_assert_max_num_queries: Any) -> None:
    _wave, invitation, token = one_invited(*ALL_KINDS)
    draft = begin(invitation=invitation, token=token, language="de")
    save_answers(draft=draft, answers={"nps": 9}, page=1, language="de")
    with django_assert_max_num_queries(12):
        visitor.get(url(token, "page", 1))
