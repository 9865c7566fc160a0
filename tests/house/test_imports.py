"""Of another room only its face is imported, nothing is imported within functions, and planted faults are found."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.layers import FACES, MORE_FACES, ROOT, rank

IN_FUNCTIONS = {"cxm/kit/apps.py"}  # apps must be loaded before checks can be imported


def sources() -> Iterator[Path]:
    """Our own Python files without migrations and tests."""
    for package in ("cxm", "touchpoints", "surveys"):
        yield from (p for p in sorted((ROOT / package).rglob("*.py")) if "migrations" not in p.parts)


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and module of each import; for `from a.b import c` both a.b and a.b.c are possible modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def behind_the_face(path: Path, text: str) -> list[str]:
    """Imports that reach past the face of another room."""
    own = ".".join(path.relative_to(ROOT).with_suffix("").parts[:2])
    wrong = []
    for line, module in imported(ast.parse(text)):
        parts = module.split(".")
        room = ".".join(parts[:2])
        if (
            room != own
            and rank(room)
            and len(parts) > 2
            and parts[2] not in FACES | MORE_FACES.get(room, set())
        ):
            wrong.append(f"{path.name}:{line} imports {module}")
    return wrong


WIRING = {"cxm/api.py", "cxm/urls.py"}  # composes the rooms' routers and urls


def test_rooms_import_only_the_face_of_others() -> None:
    wrong = [
        fault
        for path in sources()
        if str(path.relative_to(ROOT)) not in WIRING
        for fault in behind_the_face(path, path.read_text())
    ]
    assert wrong == []


def test_a_planted_view_import_is_found() -> None:
    planted = ROOT / "touchpoints/kpis/planted.py"
    assert behind_the_face(planted, "from touchpoints.inventory.views import x") == [
        "planted.py:1 imports touchpoints.inventory.views.x"
    ]


def test_no_room_has_a_drawer_for_everything() -> None:
    assert [p for p in sources() if p.stem in {"utils", "helpers", "misc", "common"}] == []


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("cxm/organisation/planted_upward.py", "from touchpoints.inventory.models import Touchpoint"),
        ("touchpoints/inventory/planted_upward.py", "from touchpoints.kpis import models"),
        ("cxm/kit/planted_upward.py", "import cxm.accounts.models"),
        ("touchpoints/kpis/planted_upward.py", "from surveys.questionnaires.models import Wave"),
    ],
)
def test_the_linter_finds_a_planted_upward_import(place: str, line: str, tmp_path: Path) -> None:
    """A copy of the tree with one forbidden import is refused; the tree as it is passes."""
    copy = tmp_path / "tree"
    copy.mkdir()
    subprocess.run(
        [
            "bash",
            "-c",
            f"tar -C {ROOT} --exclude='*.pyc' -cf - cxm touchpoints surveys pyproject.toml | tar -C {copy} -xf -",
        ],
        check=True,
    )
    linter = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    (copy / place).write_text(line + "\n")
    broken = subprocess.run(linter, cwd=copy, capture_output=True, text=True)
    assert broken.returncode == 1
    assert place.removesuffix(".py").replace("/", ".") in broken.stdout
