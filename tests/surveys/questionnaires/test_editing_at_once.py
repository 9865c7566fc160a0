"""Two people in one draft at the same moment: nobody waits for ever, nothing comes twice, nothing slips in."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from surveys.questionnaires.actions.editing import add_question, arrange_questions, layout_of
from surveys.questionnaires.actions.publication import publish_draft
from surveys.questionnaires.models import Version
from surveys.questionnaires.sheet import read
from tests.surveys.makers import make_version, question

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 8


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Each in a connection of its own, begun together; what went wrong with each, "" for nothing."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            barrier.wait(30)
            act()
        except ValidationError as error:
            return str(error.code if hasattr(error, "code") else error)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_publishing_and_adding_do_not_wait_for_one_another_for_ever() -> None:
    for _time in range(TIMES):
        draft = make_version(question("a"), published=False)
        found = at_once(
            lambda draft=draft: publish_draft(  # type: ignore[misc]
                version=draft, meanings={}, change_note="", expected_revision=draft.revision, actor=None
            ),
            lambda draft=draft: add_question(  # type: ignore[misc]
                version=draft, raw={"kind": "nps", "texts": {"text.de": "b", "text.en": "b"}}, actor=None
            ),
        )
        now = Version.objects.get(pk=draft.pk)
        # Whoever came second was told; never both, never neither.
        assert found in (["", "changed"], ["changed", ""])
        assert (now.is_draft, len(read(now).items)) == ((True, 2) if found[0] else (False, 1))
        if not now.is_draft:
            assert now.digest == read(now).digest


def test_two_who_add_and_move_leave_an_order_without_holes() -> None:
    draft = make_version(question("a"), question("b"), published=False)
    layout = layout_of(draft)
    acts: list[Callable[[], object]] = [
        lambda: add_question(version=draft, raw={"kind": "nps", "texts": {"text.de": "c"}}, actor=None),
        lambda: add_question(version=draft, raw={"kind": "nps", "texts": {"text.de": "c"}}, actor=None),
        lambda: arrange_questions(version=draft, layout=[*reversed(layout)], actor=None),
    ]
    found = at_once(*acts)
    assert found[:2] == ["", ""]
    assert found[2] in ("", "changed")
    items = read(draft).items
    assert [item.position for item in items] == [1, 2, 3, 4]
    assert {item.code for item in items} == {"a", "b", "c", "c-2"}
    draft.refresh_from_db()
    assert draft.revision == 4 - bool(found[2])
