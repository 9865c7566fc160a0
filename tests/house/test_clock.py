"""What runs on a clock exists, and what exists either runs on a clock or is rung by somebody."""

import re

from cxm.celery import app
from tests.house.test_imports import sources


def declared() -> set[str]:
    """Names of all tasks in the rooms."""
    found = (re.findall(r'@shared_task\(name="([\w.]+)"', path.read_text()) for path in sources())
    return {name for names in found for name in names}


def test_every_entry_of_the_clock_names_a_task() -> None:
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} - declared() == set()


def test_every_task_is_started_by_something() -> None:
    used = "\n".join(p.read_text() for p in sources() if p.stem != "tasks")
    on_clock = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {name for name in declared() if name not in on_clock and f'"{name}"' not in used} == set()
