"""Drafts and published versions."""

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.kit.differences import differences
from tests.makers import make_touchpoint
from touchpoints.inventory.actions.conflicts import Conflict
from touchpoints.inventory.actions.standards import (
    change_draft,
    discard_draft,
    draft_standard,
    publish_standard,
)
from touchpoints.inventory.models import Standard, Touchpoint

pytestmark = pytest.mark.usefixtures("english")


def published(touchpoint: Touchpoint, actor: User, **texts: str) -> Standard:
    """A new version with these texts."""
    draft = draft_standard(touchpoint=touchpoint, actor=actor)
    fields = {"ideal_experience": "Nobody waits.", "process": "Open a till."} | texts
    return publish_standard(standard=change_draft(standard=draft, fields=fields, actor=actor), actor=actor)


@pytest.mark.django_db
def test_a_published_version_is_valid_and_never_changes(mia: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    standard = published(touchpoint, mia)
    assert (standard.version, standard.published_by) == (1, mia)
    assert len(standard.digest) == 64
    for statement in ("update inventory_standard set process = ''", "delete from inventory_standard"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    entry = Entry.objects.about(touchpoint).first()
    assert entry is not None
    assert str(entry.sentence()) == "Mia Meyer published version 1 of the standard of Kasse"
    assert entry.data["digest"] == standard.digest


@pytest.mark.django_db
def test_a_new_draft_starts_from_the_valid_version(mia: User) -> None:
    touchpoint = make_touchpoint()
    published(touchpoint, mia, dos="Smile")
    draft = draft_standard(touchpoint=touchpoint, actor=mia)
    assert (draft.version, draft.dos, draft.change_note) == (2, "Smile", "")
    assert draft_standard(touchpoint=touchpoint, actor=mia) == draft


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["ideal_experience", "process"])
def test_without_ideal_experience_and_process_nothing_is_published(mia: User, missing: str) -> None:
    with pytest.raises(ValidationError) as error:
        published(make_touchpoint(), mia, **{missing: "  "})
    assert list(error.value.message_dict) == [missing]
    assert not Standard.objects.published().exists()


@pytest.mark.django_db
def test_the_same_words_again_are_no_version(mia: User) -> None:
    touchpoint = make_touchpoint()
    published(touchpoint, mia)
    with pytest.raises(ValidationError, match="Nothing has changed since version 1"):
        published(touchpoint, mia)


@pytest.mark.django_db
def test_nobody_publishes_words_he_has_not_seen(mia: User, otto: User) -> None:
    draft = draft_standard(touchpoint=make_touchpoint(), actor=mia)
    fields = {"ideal_experience": "A", "process": "B"}
    draft = change_draft(standard=draft, fields=fields, actor=mia)
    change_draft(standard=draft, fields={"process": "C"}, actor=otto)
    with pytest.raises(ValidationError, match="read it again"):
        publish_standard(standard=draft, expected_revision=draft.revision, actor=mia)


@pytest.mark.django_db
def test_two_writers_of_one_text_are_told(mia: User, otto: User) -> None:
    draft = draft_standard(touchpoint=make_touchpoint(), actor=mia)
    change_draft(standard=draft, fields={"process": "A", "dos": ""}, expected_revision=1, actor=mia)
    change_draft(standard=draft, fields={"process": "", "dos": "D"}, expected_revision=1, actor=otto)
    draft.refresh_from_db()
    assert (draft.process, draft.dos) == ("A", "D")
    with pytest.raises(Conflict) as conflict:
        change_draft(standard=draft, fields={"process": "B"}, expected_revision=1, actor=otto)
    assert [(clash.theirs, clash.mine) for clash in conflict.value.clashes] == [("A", "B")]


@pytest.mark.django_db
def test_a_discarded_draft_is_gone_but_in_the_history(mia: User) -> None:
    touchpoint = make_touchpoint()
    draft = draft_standard(touchpoint=touchpoint, actor=mia)
    change_draft(standard=draft, fields={"process": "Secret"}, actor=mia)
    discard_draft(standard=draft, actor=mia)
    assert not touchpoint.standards.exists()
    history = Standard._meta.apps.get_model("inventory", "StandardEvent").objects
    assert history.filter(pgh_label="delete", process="Secret").count() == 1


@pytest.mark.django_db
def test_a_published_version_is_no_draft_any_more(mia: User) -> None:
    standard = published(make_touchpoint(), mia)
    for act in (
        lambda: change_draft(standard=standard, fields={"dos": "x"}, actor=mia),
        lambda: publish_standard(standard=standard, actor=mia),
        lambda: discard_draft(standard=standard, actor=mia),
    ):
        with pytest.raises(ValidationError, match="published or discarded meanwhile"):
            act()


def test_differences_by_word() -> None:
    found = differences("We greet within a minute.", "We greet within two minutes, always.")
    assert [(s.kind, s.text) for s in found] == [
        ("same", "We greet within "),
        ("gone", "a minute"),
        ("new", "two minutes, always"),
        ("same", "."),
    ]


text = st.text(alphabet="ab ,.\n", max_size=30)


@given(text, text)
def test_differences_give_both_texts_back(old: str, new: str) -> None:
    found = differences(old, new)
    assert "".join(s.text for s in found if s.kind != "new") == old
    assert "".join(s.text for s in found if s.kind != "gone") == new
