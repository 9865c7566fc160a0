"""Writes of channels."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Max
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.audit.actions import record, record_many
from touchpoints.inventory.actions.phases import free_code
from touchpoints.inventory.choices import TOUCHPOINT_CHANGED, Kind, Ownership
from touchpoints.inventory.choices_landscape import (
    CHANNEL_ARCHIVED,
    CHANNEL_CHANGED,
    CHANNEL_CREATED,
    CHANNEL_MERGED,
    CHANNEL_RESTORED,
    CHANNELS_ORDERED,
)
from touchpoints.inventory.models import Channel


@transaction.atomic
def create_channel(
    *,
    actor: User,
    name_de: str,
    name_en: str = "",
    kind: str = Kind.DIGITAL,
    ownership: str = Ownership.OWNED,
) -> Channel:
    """A new channel at the end of the list; its code is made from its name."""
    refuse_taken_name(name_de)
    last = Channel.objects.aggregate(last=Max("position"))["last"] or 0
    channel = Channel.objects.create(
        code=free_code(name_de, set(Channel.objects.values_list("code", flat=True))),
        name_de=name_de,
        name_en=name_en,
        kind=kind,
        ownership=ownership,
        position=last + 10,
    )
    record(CHANNEL_CREATED, actor=actor, target=channel)
    return channel


def refuse_taken_name(name_de: str, but: Channel | None = None) -> None:
    """Raises ValidationError at `name_de` if another channel bears the name, archived ones included.

    Locks the names of channels (advisory) until the end, so that a second one cannot come between.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('inventory_channel_names'))")
    same = Channel.objects.filter(name_de__iexact=name_de)
    if but is not None:
        same = same.exclude(pk=but.pk)
    if same.exists():
        raise ValidationError({"name_de": _("There is a channel of this name already.")})


@transaction.atomic
def change_channel(
    *, actor: User, channel: Channel, name_de: str, name_en: str, kind: str, ownership: str
) -> Channel:
    """Rename and classify a channel."""
    refuse_taken_name(name_de, but=channel)
    channel.name_de, channel.name_en, channel.kind, channel.ownership = name_de, name_en, kind, ownership
    channel.save(update_fields=["name_de", "name_en", "kind", "ownership"])
    record(CHANNEL_CHANGED, actor=actor, target=channel)
    return channel


@transaction.atomic
def archive_channel(*, actor: User, channel: Channel) -> None:
    """Take a channel out of use; touchpoints that stand in it keep it until they are moved."""
    if Channel.objects.current().filter(pk=channel.pk).update(is_archived=True):
        record(CHANNEL_ARCHIVED, actor=actor, target=channel)


@transaction.atomic
def restore_channel(*, actor: User, channel: Channel) -> None:
    """Bring a channel back into use."""
    if Channel.objects.filter(pk=channel.pk, is_archived=True).update(is_archived=False):
        record(CHANNEL_RESTORED, actor=actor, target=channel)


@transaction.atomic
def order_channels(*, actor: User, ids: Sequence[int]) -> None:
    """Put the channels that are in use into this order; refused unless `ids` are exactly these. Locks them."""
    channels = {channel.pk: channel for channel in Channel.objects.current().select_for_update()}
    if len(ids) != len(channels) or set(ids) != set(channels):
        raise ValidationError(_("The channels were changed meanwhile. Please look at the new order first."))
    for position, pk in enumerate(ids, 1):
        channels[pk].position = position * 10
    Channel.objects.bulk_update(channels.values(), ["position"])
    record(CHANNELS_ORDERED, actor=actor)


@transaction.atomic
def merge_channels(*, actor: User, channel: Channel, into: Channel) -> int:
    """Move all touchpoints of `channel` to `into` and archive it; says how many moved. Locks both and the touchpoints.

    The move is in the history of each touchpoint, so that who edits one at the same time is told by whom it was.
    """
    if channel.pk == into.pk:
        raise ValidationError({"into": _("Choose another channel.")})
    locked = {row.pk: row for row in Channel.objects.select_for_update().filter(pk__in=(channel.pk, into.pk))}
    if len(locked) < 2 or locked[into.pk].is_archived:
        raise ValidationError({"into": _("This channel is not in use any more.")})
    rows = list(channel.touchpoints.order_by("pk").select_for_update(of=("self",), no_key=True))
    moved = [row.pk for row in rows]
    channel.touchpoints.filter(pk__in=moved).update(
        channel=into, revision=F("revision") + 1, changed_at=Now()
    )
    record_many(
        TOUCHPOINT_CHANGED,
        actor=actor,
        targets=[(row, {"fields": ["channel"], "revision": row.revision + 1, "links": {}}) for row in rows],
    )
    Channel.objects.filter(pk=channel.pk).update(is_archived=True)
    record(
        CHANNEL_MERGED,
        actor=actor,
        target=into,
        data={"merged": channel.name_de, "channel": channel.pk, "count": len(moved), "touchpoints": moved},
    )
    return len(moved)
