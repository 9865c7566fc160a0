"""The size of files and functions: beauty is lost first at file level, then in a few monsters."""

import ast

from tests.house.layers import ROOT
from tests.house.test_imports import sources

FILE_LINES, FUNCTION_LINES, VIEW_LINES = 500, 60, 40


def test_no_file_is_longer_than_500_lines() -> None:
    assert [
        (str(p.relative_to(ROOT)), n)
        for p in sources()
        if (n := len(p.read_text().splitlines())) > FILE_LINES
    ] == []


def test_no_function_is_longer_than_60_lines_and_no_view_than_40() -> None:
    long = []
    for path in sources():
        most = VIEW_LINES if path.stem == "views" or path.parent.name == "views" else FUNCTION_LINES
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and (n := (node.end_lineno or 0) - node.lineno + 1) > most:
                long.append((f"{path.relative_to(ROOT)}:{node.name}", n))
    assert long == []


def test_every_module_says_what_it_is() -> None:
    assert [
        str(p.relative_to(ROOT))
        for p in sources()
        if p.read_text() and not ast.get_docstring(ast.parse(p.read_text()))
    ] == []


def test_every_migration_has_a_name_of_its_own() -> None:
    found = [
        p for package in ("cxm", "touchpoints", "surveys") for p in (ROOT / package).rglob("migrations/0*.py")
    ]
    assert found
    assert [p.name for p in found if "auto_" in p.name or "_alter_" in p.name] == []
