"""Notices: one line in the inbox, once, in the reader's language, if he wants it."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.notices.actions import notify, read_all_notices, read_notice, save_preferences, wants
from cxm.notices.choices import KINDS, ROLES_CHANGED, STAND_IN, NoticeKind, Rhythm
from cxm.notices.models import Notice


def test_a_notice_lies_in_the_inbox(otto: User) -> None:
    notice = notify(user=otto, kind=STAND_IN, text="You stand in.", url="/x/", key="a")
    assert notice is not None
    assert [(n.text, n.url, n.kind) for n in otto.notices.unread()] == [
        ("You stand in.", "/x/", "organisation.stand_in")
    ]


def test_the_same_key_comes_once(otto: User) -> None:
    notify(user=otto, kind=STAND_IN, text="You stand in.", key="a")
    assert notify(user=otto, kind=STAND_IN, text="You stand in again.", key="a") is None
    assert Notice.objects.get().text == "You stand in."


def test_a_lazy_text_is_put_into_the_readers_language(otto: User, mia: User) -> None:
    otto.language = "de"
    for user in (otto, mia):
        notify(user=user, kind=STAND_IN, text=format_lazy("{}: {}", "X", _("Yes")), key="a")
    assert [n.text for n in Notice.objects.order_by("id")] == ["X: Ja", "X: Yes"]


def test_a_muted_kind_does_not_come(otto: User) -> None:
    save_preferences(user=otto, rhythm=Rhythm.OFF, wanted={ROLES_CHANGED.code})
    assert notify(user=otto, kind=STAND_IN, text="x", key="a") is None
    assert notify(user=otto, kind=ROLES_CHANGED, text="x", key="b") is not None


def test_a_kind_that_nobody_chose_follows_its_declaration(otto: User) -> None:
    kind = NoticeKind(code="test.quiet", label="Quiet", default=False)
    try:
        assert not wants(otto, kind)
    finally:
        KINDS._items.pop("test.quiet")


def test_who_cannot_sign_in_is_told_nothing(stranger: User) -> None:
    assert notify(user=stranger, kind=STAND_IN, text="x", key="a") is None


def test_reading_one_and_all(otto: User, mia: User) -> None:
    first, *_rest = [notify(user=otto, kind=STAND_IN, text=k, key=k) for k in "abc"]
    other = notify(user=mia, kind=STAND_IN, text="x", key="a")
    assert first is not None
    assert other is not None
    read_notice(user=otto, notice=first)
    read_notice(user=otto, notice=other)
    assert otto.notices.unread().count() == 2
    assert read_all_notices(user=otto) == 2
    assert mia.notices.unread().count() == 1
