"""The form behind all pages of answers: which questions a page shows, what was typed, how far one is."""

from typing import Any

import pytest
from django.utils import translation

from surveys.questionnaires.choices import SCALES, Kind
from surveys.questionnaires.entries import rows_of
from surveys.questionnaires.filling import Filling, Lists, minutes
from surveys.questionnaires.piping import filled, pieces_of, unknown
from surveys.questionnaires.publishing import obstacles
from surveys.questionnaires.sheet import Item, Option, Sheet

NUMBERS = iter(range(1, 10_000))


def item(code: str, kind: Kind = Kind.LIKERT, page: int = 1, **fields: Any) -> Item:
    low, high = SCALES.get(kind, (fields.pop("low", None), fields.pop("high", None)))
    texts = {("text", "de"): f"{code}, {{first_name}}?", ("text", "en"): f"{code}, {{first_name}}?"}
    number = next(NUMBERS)
    return Item(
        pk=number, code=code, kind=kind, position=number, page=page, low=low, high=high, texts=texts, **fields
    )


def options(*codes: str) -> tuple[Option, ...]:
    return tuple(Option(pk=next(NUMBERS), code=code) for code in codes)


def sheet(*items: Item) -> Sheet:
    return Sheet(pk=1, identity="named", languages=("de", "en"), pass_mark=None, items=items)


def filling(*items: Item, answers: dict[str, Any] | None = None, page: int | None = 1) -> Filling:
    return Filling(sheet(*items), dict(answers or {}), "de", page, pieces_of(company="Nord", person="Eva Öz"))


def sent(*asked: str, **values: str | list[str]) -> Lists:
    data = Lists(asked=list(asked))
    for name, value in values.items():
        data[f"q-{name}"] = value if isinstance(value, list) else [value]
    return data


A, B = item("a"), item("b", show_if=({"of": "a", "to": 2},))
C = item("c", page=2, show_if=({"of": "a", "to": 2},))
D = item("d", Kind.LONG, page=3, is_required=True)


def test_a_page_that_asks_nothing_is_passed_over() -> None:
    assert filling(A, B, C, D, answers={"a": 5}).after == 3
    assert filling(A, B, C, D, answers={"a": 1}).after == 2
    assert filling(A, B, C, D, answers={"a": 5}, page=3).before == 1
    assert filling(A, B, C, D, answers={"a": 5}).at(2).page == 3
    assert filling(A, B, C, D).at(99).page == 3


def test_an_answer_that_brings_up_a_question_on_its_page_says_so() -> None:
    form = filling(A, B, C, D).bind(sent("a", a="1"))
    assert form.has_grown
    assert [field.item.code for field in form.fields] == ["a", "b"]
    assert not form.bind(sent("a", "b", a="1", b="3")).has_grown


def test_a_question_that_was_not_on_the_page_keeps_its_answer() -> None:
    form = filling(A, B, answers={"a": 1, "b": 4}).bind(sent("a", a="2"))
    assert form.answers == {"a": 2, "b": 4}
    assert form.changed == {"a": 2}


def test_a_question_left_empty_loses_its_answer() -> None:
    form = filling(A, answers={"a": 1}).bind(sent("a"))
    assert (form.answers, form.changed) == ({}, {"a": None})


def test_what_is_wrong_stays_as_typed_and_the_rest_is_taken() -> None:
    number, why = item("n", Kind.NUMBER, low=0, high=9), item("why", Kind.SHORT)
    form = filling(number, why, A).bind(sent("n", "why", "a", n="zehn", why="x" * 301, a="3"))
    assert set(form.errors) == {"n", "why"}
    assert [field.value for field in form.fields] == ["zehn", "x" * 301, ""]
    assert form.changed == {"a": 3}
    assert [field.first_id for field in form.wrong] == ["q-n", "q-why"]


def test_a_required_question_is_asked_for_on_the_way_forward_only() -> None:
    assert set(filling(D, page=3).bind(sent("d")).errors) == {"d"}
    assert not filling(D, page=3).bind(sent("d"), complete=False).errors


def test_a_date_that_is_none_is_shown_as_it_was_typed() -> None:
    form = filling(item("day", Kind.DATE)).bind(sent("day", day="gestern"))
    assert (form.fields[0].widget, form.fields[0].value) == ("line", "gestern")
    assert filling(item("day", Kind.DATE)).bind(sent("day", day="2026-02-03")).answers == {
        "day": "2026-02-03"
    }


def test_numbers_decide_what_is_shown() -> None:
    more = item("more", show_if=({"of": "n", "from": 3},))
    assert [i.code for i in filling(item("n", Kind.NUMBER), more, answers={"n": "3.5"}).items] == [
        "n",
        "more",
    ]
    assert [i.code for i in filling(item("n", Kind.NUMBER), more, answers={"n": "2"}).items] == ["n"]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    "typed", ["x" * 1_000_000, "<script>alert(1)</script>", "a\x00b", "\ud800", "unknown"]
)
def test_nonsense_is_an_error_at_the_field_or_a_text(kind: Kind, typed: str) -> None:
    asked = item("q", kind, options=options("yes", "no") if kind in {Kind.SINGLE, Kind.MULTIPLE} else ())
    form = filling(asked).bind(sent("q", q=typed))
    is_text = kind in {Kind.SHORT, Kind.LONG} and (typed.startswith("<") or typed == "unknown")
    assert form.answers == ({"q": typed} if is_text else {})
    assert bool(form.errors) is not is_text
    assert len(form.fields) == 1


def test_lines_are_counted_as_one_reads_them() -> None:
    text = "a\r\n" * 2_500
    assert not filling(item("t", Kind.LONG)).bind(sent("t", t="b" + text.strip())).errors


def test_whoever_has_answered_can_take_it_back() -> None:
    assert [tick.value for tick in filling(A, answers={"a": 1}).fields[0].beside] == [""]
    assert filling(A).fields[0].beside == ()
    assert filling(item("r", is_required=True), answers={"r": 1}).fields[0].beside == ()


def test_dont_know_stands_beside_the_scale_and_counts_as_such() -> None:
    asked = item("a", Kind.MATURITY, allows_unknown=True)
    form = filling(asked).bind(sent("a", a="unknown"))
    assert form.fields[0].beside[0].is_set
    assert rows_of(form.sheet, form.answers) == [(asked.pk, 0, None, None, None, None, None, True)]


def test_ends_of_scales_are_words() -> None:
    with translation.override("en"):
        fields = filling(
            *(item(str(kind), kind) for kind in (Kind.NPS, Kind.CSAT, Kind.CES, Kind.LIKERT))
        ).fields
    assert all(field.low and field.high for field in fields)


def test_progress_counts_pages_that_are_asked() -> None:
    assert [filling(A, D, page=page).progress for page in (1, 3)] == [0, 50]


def test_the_summary_says_answers_in_words() -> None:
    ways = item("ways", Kind.MULTIPLE, options=options("shop", "web", "post"))
    day, number = item("day", Kind.DATE), item("n", Kind.NUMBER)
    with translation.override("en"):
        form = filling(
            ways, day, number, A, answers={"ways": ["shop", "post"], "day": "2026-02-03", "n": "1.5", "a": 4}
        )
        assert [said.answer for said in form.summary] == ["shop, post", "3 Feb 2026", "1,5", "4 of 5"]


def test_minutes_are_at_least_one() -> None:
    assert minutes(sheet(A)) == 1
    assert minutes(sheet(*(item(f"t{n}", Kind.LONG) for n in range(5)))) == 5


def test_placeholders_are_filled_in_once() -> None:
    pieces = pieces_of(company="Nord", touchpoint="{person}", person="Eva Öz")
    assert filled("Hallo {first_name} ({person}): {touchpoint} von {company}?", pieces) == (
        "Hallo Eva (Eva Öz): {person} von Nord?"
    )
    assert filling(A).fields[0].text == "a, Eva?"


def test_a_gap_is_closed() -> None:
    assert filled("Hallo {first_name}, wie war {touchpoint}?", {}) == "Hallo, wie war?"
    assert filled("{first_name}, wie war es?", {}) == "wie war es?"


def test_an_unknown_placeholder_stands_in_the_way_of_publishing() -> None:
    assert unknown("{person} {nmae} {company} {nmae}") == ["nmae"]
    wrong = item("a")
    texts = {("text", "de"): "{nmae}?", ("text", "en"): "ok"}
    asked = Item(**{**vars(wrong), "texts": texts})
    whole = Sheet(
        pk=1, identity="named", languages=("de", "en"), pass_mark=None, items=(asked,),
        texts={("title", "de"): "T", ("title", "en"): "T"},
    )  # fmt: skip
    found = obstacles(whole)
    assert [(o.code, "{nmae}" in o.text) for o in found] == [("a", True)]
