"""The vendored browser files are what their record says; what templates ask for exists."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.layers import ROOT

VENDOR = ROOT / "static/vendor"
SPRITE = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text()))
TEMPLATES = sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/*/templates/**/*.html")])
SOURCES = sorted([*ROOT.glob("cxm/**/*.py"), *ROOT.glob("touchpoints/**/*.py")])
IN_BROWSER = [path for path in TEMPLATES if not path.name.endswith("_paper.html")]  # WeasyPrint draws paper
TERMS = {  # what the text of each licence that we may hand on demands
    "MIT": "The above copyright notice and this permission notice shall be included in all copies",
    "OFL-1.1": "each copy contains the above copyright notice and this license",
}
REFUSED_BY_CSP = re.compile(r"""<[^>]*\s(?:style|on[a-z]+)=["']|<style|javascript:""", re.IGNORECASE)


def icons_asked_for() -> Iterator[tuple[Path, str]]:
    """Every icon that is named by a literal, with the file that names it."""
    for path in TEMPLATES:
        for name in re.findall(r'{% icon "([^"]+)"| icon="([^"]+)"', path.read_text()):
            yield path, "".join(name)
    for path in SOURCES:
        for name in re.findall(r'\bicon=f?"([a-z0-9-]+)"', path.read_text()):
            yield path, name


def test_every_vendored_file_and_its_licence_have_their_recorded_checksums() -> None:
    record = json.loads((VENDOR / "VENDOR.json").read_text())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir()}
    found.pop("VENDOR.json")
    recorded = {name: entry["sha256"] for name, entry in record.items()}
    assert found == recorded | {entry["licenceText"]: entry["licenceSha256"] for entry in record.values()}


def test_the_record_names_package_version_and_licence() -> None:
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for entry in json.loads((VENDOR / "VENDOR.json").read_text()).values():
        assert locked[f"node_modules/{entry['package']}"]["version"] == entry["version"]
        assert entry["licence"] in TERMS


def test_the_text_of_its_licence_lies_beside_every_vendored_file() -> None:
    for entry in json.loads((VENDOR / "VENDOR.json").read_text()).values():
        text = (VENDOR / entry["licenceText"]).read_text()
        assert re.search(r"^Copyright .*\d{4}", text, re.MULTILINE), entry["package"]
        assert TERMS[entry["licence"]] in " ".join(text.split()), entry["package"]


def test_no_vendored_file_names_a_source_map() -> None:
    for path in VENDOR.glob("*.*s*"):
        assert b"sourceMappingURL" not in path.read_bytes(), path.name


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    missing = [(str(path.relative_to(ROOT)), name) for path, name in icons_asked_for() if name not in SPRITE]
    assert missing == []


@pytest.mark.parametrize("path", IN_BROWSER, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_nothing_that_the_security_policy_refuses(path: Path) -> None:
    assert REFUSED_BY_CSP.findall(path.read_text()) == []
