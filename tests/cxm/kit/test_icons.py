"""Icons and initials."""

import pytest

from cxm.kit.icons import icon
from cxm.kit.tags import initials


def test_an_icon_is_decoration() -> None:
    assert 'aria-hidden="true"' in icon("route")
    assert 'icons.svg#route"' in icon("route")


def test_an_icon_with_a_label_is_read_aloud_and_escaped() -> None:
    html = icon("route", 'Way <"home">')
    assert 'role="img"' in html
    assert "Way &lt;&quot;home&quot;&gt;" in html


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mia Sommer", "MS"),
        ("Änne Müller-Lüdenscheidt", "ÄL"),
        ("Otto", "O"),
        ("", ""),
        ("Anna B. Carl", "AC"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
