"""Comments with mentions, and files."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from cxm.accounts.models import User
from cxm.audit.models import Entry
from tests.makers import make_touchpoint
from touchpoints.inventory.actions.talk import attach, comment, detach, edit_comment, remove_comment
from touchpoints.inventory.mentions import mentioned
from touchpoints.inventory.models import Comment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.mark.parametrize(
    ("text", "names", "unknown"),
    [
        ("@Otto Özdemir please look", ["Otto Özdemir"], []),
        ("please, @otto: look", ["Otto Özdemir"], []),
        ("(@otto and @mia)", ["Mia Meyer", "Otto Özdemir"], []),
        ("mail me: otto@example.org", [], []),
        ("@Nobody knows", [], ["Nobody"]),
        ("@Otto Özdemirs Team", ["Otto Özdemir"], []),
        ("@stranger", [], ["stranger"]),
        ("Nothing", [], []),
    ],
)
def test_who_is_meant(
    mia: User, otto: User, stranger: User, text: str, names: list[str], unknown: list[str]
) -> None:
    people, words = mentioned(text)
    assert sorted(person.name for person in people) == names
    assert words == unknown


def test_a_first_name_of_two_is_not_guessed(otto: User) -> None:
    User.objects.create_user("o.huber@example.org", name="Otto Huber")
    assert mentioned("@Otto")[0] == []
    assert mentioned("@Otto Huber")[0][0].name == "Otto Huber"
    assert mentioned("@otto") == ([], ["otto"])


def test_a_comment_tells_who_is_named(emil: User, otto: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    said, unknown = comment(touchpoint=touchpoint, text=" @Otto the queue is long, @Ghost ", actor=emil)
    assert (said.text, list(said.mentions.all()), unknown) == (
        "@Otto the queue is long, @Ghost",
        [otto],
        ["Ghost"],
    )
    entry = Entry.objects.about(touchpoint).get()
    assert entry.data == {"comment_id": said.pk, "mentions": [otto.pk]}


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
def test_empty_and_endless_comments_are_refused(emil: User, text: str) -> None:
    with pytest.raises(ValidationError) as error:
        comment(touchpoint=make_touchpoint(), text=text, actor=emil)
    assert "text" in error.value.message_dict
    assert not Comment.objects.exists()


def test_an_edit_tells_only_new_names(emil: User, otto: User, mia: User) -> None:
    said, _unknown = comment(touchpoint=make_touchpoint(), text="@otto look", actor=emil)
    edit_comment(comment=said, text="@otto @mia look", actor=emil)
    said.refresh_from_db()
    assert (said.text, said.edited_at is not None) == ("@otto @mia look", True)
    entry = Entry.objects.order_by("-id").first()
    assert entry is not None
    assert entry.data["mentions"] == [mia.pk]


def test_what_was_taken_back_cannot_be_edited(emil: User) -> None:
    said, _unknown = comment(touchpoint=make_touchpoint(), text="Hello", actor=emil)
    remove_comment(comment=said, actor=emil)
    assert not Comment.objects.shown().exists()
    assert Comment.objects.count() == 1
    with pytest.raises(ValidationError, match="taken back meanwhile"):
        edit_comment(comment=said, text="Hi", actor=emil)


def test_a_file_is_kept_and_removed(
    emil: User, settings: object, tmp_path: Path, django_capture_on_commit_callbacks: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    touchpoint = make_touchpoint()
    upload = SimpleUploadedFile("..\\notes.txt", b"Two words")
    kept = attach(touchpoint=touchpoint, file=upload, actor=emil)
    path = Path(kept.file.path)
    assert (kept.name, kept.content_type, kept.size) == ("notes.txt", "text/plain", 9)
    assert path.read_bytes() == b"Two words"
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        detach(attachment=kept, actor=emil)
    assert not path.exists()
    assert not touchpoint.attachments.exists()


def test_a_page_in_disguise_is_refused(emil: User) -> None:
    upload = SimpleUploadedFile("picture.png", b"<html><script>alert(1)</script></html>", "image/png")
    touchpoint = make_touchpoint()
    with pytest.raises(ValidationError):
        attach(touchpoint=touchpoint, file=upload, actor=emil)
    assert not touchpoint.attachments.exists()
