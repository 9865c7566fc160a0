"""Components that are drawn once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from cxm.kit import tags


@dataclass(frozen=True)
class Figure:
    value: str


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that were rendered."""
    files: list[str] = []

    def render(file: str, values: dict[str, object]) -> SafeString:
        files.append(file)
        return render_to_string(file, values)

    monkeypatch.setattr(tags, "render_to_string", render)
    tags._drawn.cache_clear()
    return files


def tile(**values: object) -> str:
    return tags.component("components/stat_tile.html", **values)


def test_the_same_values_are_drawn_once(drawn: list[str]) -> None:
    first = tile(label="NPS", value="+42", url="/kpis/1/")
    assert tile(label="NPS", value="+42", url="/kpis/1/") == first
    assert len(drawn) == 1
    assert tile(label="NPS", value="+43", url="/kpis/1/") != first
    assert len(drawn) == 2
    assert first == render_to_string(
        "components/stat_tile.html", {"label": "NPS", "value": "+42", "url": "/kpis/1/"}
    )


def test_a_text_is_escaped_though_the_same_one_was_safe_before(drawn: list[str]) -> None:
    assert "<b>42</b>" in tile(label="NPS", value=SafeString("<b>42</b>"))
    assert "&lt;b&gt;42&lt;/b&gt;" in tile(label="NPS", value="<b>42</b>")
    assert "<b>" not in tile(label="NPS", value="<b>42</b>")


def test_each_language_has_its_own(drawn: list[str]) -> None:
    with translation.override("de"):
        german = tile(label="NPS", value="1", state="good")
    with translation.override("en"):
        english = tile(label="NPS", value="1", state="good")
    assert german != english
    assert "On target" in english


def test_it_is_a_tag_and_sees_nothing_but_its_values(drawn: list[str]) -> None:
    template = engines["django"].from_string(
        '{% component "components/stat_tile.html" label=label value=figure.value %}'
    )
    html = template.render({"label": "NPS", "figure": Figure("7"), "note": "from around"})
    assert "NPS" in html
    assert "from around" not in html


def test_who_edits_templates_sees_each_change(drawn: list[str], settings: Any) -> None:
    settings.DEBUG = True
    tile(label="NPS")
    tile(label="NPS")
    assert len(drawn) == 2


def test_components_show_only_what_can_be_remembered() -> None:
    """A model is equal to another state of itself, so none may be handed to a component."""
    root = Path(__file__).resolve().parents[3] / "templates"
    uses = [line for file in root.rglob("*.html") for line in file.read_text().split("{% component")[1:]]
    assert uses
    handed = {
        part.partition("=")[2] for use in uses for part in use.partition("%}")[0].split() if "=" in part
    }
    assert not handed & {"cell", "cell.kpi", "cell.figure", "touchpoint", "column.phase", "user"}
