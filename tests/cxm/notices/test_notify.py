"""Notices: one line in the inbox, once, in the reader's language, if he wants it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.notices.actions import notify, notify_all, read_all_notices, read_notice, save_preferences, wanting
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
        assert wanting([otto], kind) == []
    finally:
        KINDS._items.pop("test.quiet")


def test_many_are_told_in_as_few_queries_as_two(
    mia: User, otto: User, emil: User, sofia: User, karla: User, stranger: User
) -> None:
    mia.language = "de"
    save_preferences(user=emil, rhythm=Rhythm.OFF, wanted={ROLES_CHANGED.code})
    counts = []
    for key, users in (("a", [mia, otto]), ("b", [mia, otto, emil, sofia, karla, stranger])):
        with CaptureQueriesContext(connection) as queries:
            told = notify_all(users=users, kind=STAND_IN, text=_("Yes"), key=key)
        counts.append(len(queries))
    assert [(n.user.name, n.text) for n in told] == [
        ("Mia Meyer", "Ja"),
        ("Otto Özdemir", "Yes"),
        ("Sofia Sander", "Yes"),
        ("Karla Kraus", "Yes"),
    ]
    assert counts[0] == counts[1]
    assert notify_all(users=[mia], kind=STAND_IN, text="x", key="b") == []


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
