"""Answers are read by the guard and by nobody else: every other module only writes them, or does not know them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.layers import ROOT
from tests.house.test_imports import sources

ANSWERS = {"Response", "Answer"}
TABLES = ("questionnaires_response", "questionnaires_answer")
ROOM = "surveys/questionnaires"
KNOWS = {
    f"{ROOM}/models/__init__.py": "names them",
    f"{ROOM}/models/response.py": "declares them",
    f"{ROOM}/guard.py": "reads them for everybody",
    f"{ROOM}/actions/answering.py": "writes them",
    "surveys/training/models/evidence.py": "lets an attempt point at the answer it was handed in as",
    f"{ROOM}/attack/attacks.py": "reads them as an intruder would, of a company that never was",
}


def knowing(path: Path) -> Iterator[str]:
    """Where a module takes hold of answers: by import, by `models.Answer`, by name of model or table in a text."""
    tree = ast.parse(path.read_text())
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("surveys.questionnaires"):
            yield from (f"{line}: import {one.name}" for one in node.names if one.name in {*ANSWERS, "*"})
        if isinstance(node, ast.Attribute) and node.attr in ANSWERS:
            yield f"{line}: .{node.attr}"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            words = node.value.lower()
            named = [f"questionnaires.{name.lower()}" for name in ANSWERS]
            if any(table in words for table in TABLES) or words in named:
                yield f"{line}: {node.value[:60]!r}"
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get_model":
            asked = {str(one.value).title() for one in node.args if isinstance(one, ast.Constant)}
            yield from (f"{line}: get_model {name}" for name in asked & ANSWERS)


def found() -> dict[str, list[str]]:
    """Modules that know answers and are not on the list."""
    every = {
        str(path.relative_to(ROOT)): list(knowing(path))
        for path in sources()
        if "migrations" not in path.parts
    }
    return {name: places for name, places in every.items() if places and name not in KNOWS}


def test_no_module_but_the_guard_reads_answers() -> None:
    assert found() == {}


def test_the_modules_of_the_list_still_know_them() -> None:
    assert [name for name in KNOWS if not list(knowing(ROOT / name))] == []


def test_the_writing_action_writes_them_and_reads_none_back() -> None:
    tree = ast.parse((ROOT / ROOM / "actions/answering.py").read_text())
    asked_of_them = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ANSWERS
    }
    assert asked_of_them == {"_meta"}  # the names of their columns, for the rows that are inserted


PLANTED = (
    "from surveys.questionnaires.models import Answer\nrows = Answer.objects.all()",
    "from surveys.questionnaires import models\nrows = models.Response.objects.all()",
    "from surveys.questionnaires.models import *",
    "from django.apps import apps\nmodel = apps.get_model('questionnaires.Answer')",
    "from django.apps import apps\nmodel = apps.get_model('questionnaires', 'Answer')",
    "query = 'select number from questionnaires_answer'",
)


def test_planted_readers_are_found(tmp_path: Path) -> None:
    missed = []
    for number, text in enumerate(PLANTED):
        path = tmp_path / f"planted_{number}.py"
        path.write_text(f'"""Planted; knows questionnaires_answer in words only."""\n{text}\n')
        if not list(knowing(path)):
            missed.append(text)
    assert missed == []
    path.write_text(
        '"""Speaks of questionnaires_answer."""\nfrom surveys.questionnaires.models import Wave\n'
    )
    assert list(knowing(path)) == []
