"""Comments and files in the browser."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_touchpoint
from tests.touchpoints.inventory.people import give
from touchpoints.inventory.actions.talk import attach, comment
from touchpoints.inventory.models import Attachment, Comment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HTMX = {"HX-Request": "true"}


def test_a_comment_in_place(emil: User) -> None:
    touchpoint = make_touchpoint()
    response = signed_in(emil).post(
        f"/touchpoints/{touchpoint.pk}/comments/", {"text": "<b>Long</b> queue, @Ghost"}, headers=HTMX
    )
    page = response.content.decode()
    assert "&lt;b&gt;Long&lt;/b&gt; queue" in page
    assert "nobody was found for @Ghost" in response.headers["HX-Trigger"]
    assert Comment.objects.get().author == emil


def test_an_empty_comment_is_refused(emil: User) -> None:
    response = signed_in(emil).post(f"/touchpoints/{make_touchpoint().pk}/comments/", {"text": " "})
    assert response.status_code == 422
    assert not Comment.objects.exists()


def test_only_the_author_edits(emil: User, mia: User) -> None:
    touchpoint = make_touchpoint()
    said, _unknown = comment(touchpoint=touchpoint, text="Long", actor=emil)
    url = f"/touchpoints/comments/{said.pk}/edit/"
    assert signed_in(mia).post(url, {"edit-text": "Short"}).status_code == 403
    assert "Long" in signed_in(emil).get(url, headers=HTMX).content.decode()
    signed_in(emil).post(url, {"edit-text": "Longer"})
    said.refresh_from_db()
    assert said.text == "Longer"


def test_the_author_or_the_manager_takes_back(emil: User, otto: User, mia: User) -> None:
    touchpoint = make_touchpoint()
    said, _unknown = comment(touchpoint=touchpoint, text="Long", actor=emil)
    url = f"/touchpoints/comments/{said.pk}/remove/"
    assert signed_in(otto).post(url).status_code == 403
    assert Comment.objects.shown().count() == 1
    signed_in(mia).post(url)
    assert Comment.objects.shown().count() == 0
    assert signed_in(emil).post(url).status_code == 404


@pytest.fixture
def media(settings: object, tmp_path: Path) -> Path:
    """A folder for the files of one test."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def test_a_file_comes_and_goes(otto: User, emil: User, media: Path) -> None:
    touchpoint = make_touchpoint()
    give(touchpoint, otto.person)
    upload = SimpleUploadedFile("Plan.txt", b"Two tills")
    response = signed_in(otto).post(f"/touchpoints/{touchpoint.pk}/files/", {"file": upload})
    assert response.headers["Location"] == f"/touchpoints/{touchpoint.pk}/#files"
    kept = Attachment.objects.get()
    download = signed_in(emil).get(f"/touchpoints/files/{kept.pk}/")
    assert b"".join(download.streaming_content) == b"Two tills"  # type: ignore[attr-defined]
    assert download.headers["Content-Disposition"] == 'attachment; filename="Plan.txt"'
    assert "sandbox" in download.headers["Content-Security-Policy"]
    assert signed_in(emil).post(f"/touchpoints/files/{kept.pk}/remove/").status_code == 403
    assert Attachment.objects.exists()
    signed_in(otto).post(f"/touchpoints/files/{kept.pk}/remove/")
    assert not Attachment.objects.exists()


def test_a_dangerous_file_is_refused_with_a_reason(mia: User, media: Path) -> None:
    upload = SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    response = signed_in(mia).post(f"/touchpoints/{make_touchpoint().pk}/files/", {"file": upload})
    assert response.status_code == 422
    assert "Files of this kind are not accepted" in response.content.decode()
    assert list(media.iterdir()) == []


def test_employees_attach_nothing(emil: User, otto: User, media: Path) -> None:
    touchpoint = make_touchpoint()
    upload = SimpleUploadedFile("Plan.txt", b"Two tills")
    assert signed_in(emil).post(f"/touchpoints/{touchpoint.pk}/files/", {"file": upload}).status_code == 403
    kept = attach(touchpoint=touchpoint, file=SimpleUploadedFile("a.txt", b"a"), actor=emil)
    assert signed_in(otto).post(f"/touchpoints/files/{kept.pk}/remove/").status_code == 403
    assert Attachment.objects.count() == 1
