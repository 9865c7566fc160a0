"""Channels: list with gaps, order, archive, merge."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cxm.accounts.models import User
from cxm.audit.models import Entry
from tests.cast import signed_in
from tests.makers import make_channel, make_touchpoint
from touchpoints.inventory.actions.channels import merge_channels
from touchpoints.inventory.actions.conflicts import Conflict
from touchpoints.inventory.actions.touchpoints import change_touchpoint
from touchpoints.inventory.models import Channel, Phase

pytestmark = pytest.mark.django_db


def channel(code: str) -> Channel:
    return Channel.objects.get(code=code)


def test_the_list_counts_touchpoints_and_gaps(mia: User) -> None:
    make_touchpoint(channel=channel("phone"), is_moment_of_truth=True, moment_reason="Erster Eindruck")
    make_touchpoint(channel=channel("phone"), is_archived=True)
    page = signed_in(mia).get(reverse("inventory:channels")).content.decode()
    row = page[page.index("Telephone") : page.index("Chat")]
    pk = channel("phone").pk
    for query in ("", "&amp;gap=no_owner", "&amp;mark=moment"):
        assert f'?channel={pk}{query}">1</a>' in row
    assert "mark=pain" not in row


def test_archived_channels_are_asked_for(mia: User) -> None:
    make_channel(name="Fax", is_archived=True)
    url, client = reverse("inventory:channels"), signed_in(mia)
    assert b"Fax" not in client.get(url).content
    assert b"Fax" in client.get(url, {"state": "archived"}).content
    assert b"Website" not in client.get(url, {"state": "archived"}).content
    assert b"Website" in client.get(url, {"state": "all"}).content


def test_a_channel_is_created_with_a_code_of_its_own(mia: User) -> None:
    signed_in(mia).post(
        reverse("inventory:channel_new"),
        {"name_de": "Messestand Süd", "kind": "personal", "ownership": "paid"},
    )
    made = Channel.objects.get(name_de="Messestand Süd")
    assert (made.code, made.kind, made.position) == ("messestand_sud", "personal", 170)


def test_two_channels_cannot_bear_one_name(mia: User) -> None:
    answer = signed_in(mia).post(
        reverse("inventory:channel_new"), {"name_de": "telefon", "kind": "personal", "ownership": "owned"}
    )
    assert answer.status_code == 422
    assert b"There is a channel of this name already." in answer.content


def test_a_channel_is_edited_in_place(mia: User) -> None:
    pk = channel("ad").pk
    answer = signed_in(mia).post(
        reverse("inventory:channel_edit", args=[pk]),
        {"name_de": "Werbung", "name_en": "", "kind": "digital", "ownership": "paid"},
        headers={"HX-Request": "true"},
    )
    assert b"Werbung" in answer.content
    assert b"<html" not in answer.content
    assert channel("ad").name_de == "Werbung"


def test_order_is_changed_by_buttons(mia: User) -> None:
    ids = list(Channel.objects.current().values_list("pk", flat=True))
    signed_in(mia).post(reverse("inventory:channel_order"), {"ids": ids, "down": ids[0]})
    assert list(Channel.objects.values_list("code", flat=True))[:2] == ["shop", "website"]


def test_merging_moves_touchpoints_and_archives(mia: User) -> None:
    phone, chat = channel("phone"), channel("chat")
    moved = make_touchpoint(channel=phone)
    before = moved.revision
    answer = signed_in(mia).post(reverse("inventory:channel_merge", args=[phone.pk]), {"into": chat.pk})
    assert answer.status_code == 302
    moved.refresh_from_db()
    assert (moved.channel, moved.revision) == (chat, before + 1)
    assert channel("phone").is_archived
    assert Entry.objects.about(chat).get().data["touchpoints"] == [moved.pk]


def test_who_edits_a_touchpoint_of_a_merged_channel_is_told_who_moved_it(mia: User, emil: User) -> None:
    touchpoint = make_touchpoint(channel=channel("phone"))
    change_touchpoint(touchpoint=touchpoint, fields={"market": "DE"}, actor=emil)
    merge_channels(actor=mia, channel=channel("phone"), into=channel("chat"))
    with pytest.raises(Conflict) as conflict:
        change_touchpoint(
            touchpoint=touchpoint, fields={"channel": channel("shop")}, expected_revision=2, actor=emil
        )
    assert (conflict.value.by, conflict.value.revision) == (mia, 3)
    entry = Entry.objects.about(touchpoint)[0]
    assert (entry.verb, entry.data["fields"]) == ("inventory.touchpoint.changed", ["channel"])


def test_a_channel_is_not_merged_into_itself_or_an_archived_one(mia: User) -> None:
    phone, fax = channel("phone"), make_channel(is_archived=True)
    for other in (phone, fax):
        with pytest.raises(ValidationError):
            merge_channels(actor=mia, channel=phone, into=other)
    answer = signed_in(mia).post(reverse("inventory:channel_merge", args=[phone.pk]), {"into": fax.pk})
    assert answer.status_code == 422
    assert not channel("phone").is_archived


def test_page_shows_the_phases_of_a_channel(mia: User) -> None:
    closing = Phase.objects.get(code="closing", model__is_default=True)
    make_touchpoint(channel=channel("shop"), phase=closing)
    make_touchpoint(channel=channel("shop"))
    page = signed_in(mia).get(channel("shop").get_absolute_url()).content.decode()
    assert f"phase={closing.pk}" in page
    assert "phase=none" in page


def test_archive_and_back(mia: User) -> None:
    url, client = reverse("inventory:channel_archive", args=[channel("ad").pk]), signed_in(mia)
    client.post(url)
    assert channel("ad").is_archived
    client.post(url, {"restore": "1"})
    assert not channel("ad").is_archived
    verbs = list(Entry.objects.about(channel("ad")).values_list("verb", flat=True))
    assert verbs == ["inventory.channel.restored", "inventory.channel.archived"]


def test_owners_look_but_do_not_change(otto: User) -> None:
    client, pk = signed_in(otto), channel("ad").pk
    assert client.get(reverse("inventory:channel", args=[pk])).status_code == 200
    for name in ("channel_edit", "channel_archive", "channel_merge"):
        assert client.post(reverse(f"inventory:{name}", args=[pk]), {"name_de": "x"}).status_code == 403
    assert channel("ad").name_de == "Anzeige"
