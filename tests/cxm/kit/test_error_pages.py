"""Pages for when something is broken need neither database nor session."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation


@pytest.mark.parametrize(("page", "word"), [("500.html", "schiefgegangen"), ("503.html", "gewartet")])
def test_the_page_is_drawn_without_a_request(page: str, word: str) -> None:
    with translation.override("de"):
        html = render_to_string(page)
    assert word in html
    assert 'lang="de"' in html


def test_a_visitor_reads_that_a_page_is_unknown() -> None:
    with translation.override("en"):
        html = render_to_string("404.html")
    assert "<h1>This page does not exist</h1>" in html
    assert "sidebar" not in html.split("<body", 1)[1]


def test_an_expired_form_says_what_to_do() -> None:
    with translation.override("en"):
        assert "<h1>This form has expired</h1>" in render_to_string("403.html", {"csrf": True})
