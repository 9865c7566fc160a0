"""`record()`: the one sentence in the code that feeds history, notices and webhooks."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pghistory
from django.db import models, transaction
from django.utils import timezone

from cxm.audit.choices import DELIVERIES_RETRIED, Verb
from cxm.audit.models import Delivery, Entry
from cxm.kit.bell import ring
from cxm.kit.registry import Registry

if TYPE_CHECKING:
    from cxm.accounts.models import User

log = logging.getLogger(__name__)

KEEP_DONE = timedelta(days=30)  # a delivery that was heard tells nothing any more; the entry stays


@dataclass(frozen=True)
class Listener:
    """A function that wants to hear of some verbs after commit."""

    code: str
    verbs: frozenset[str]
    hear: Callable[[Entry], None]


LISTENERS: Registry[Listener] = Registry("listener")


def listens_to(*verbs: Verb) -> Callable[[Callable[[Entry], None]], Callable[[Entry], None]]:
    """Register a function of a room's `listeners.py`; it is called at least once per entry, by a worker, in one
    transaction with the mark that it was heard. So effects in this database happen exactly once."""

    def register(hear: Callable[[Entry], None]) -> Callable[[Entry], None]:
        code = f"{hear.__module__}.{hear.__name__}"
        LISTENERS.register(Listener(code, frozenset(verb.code for verb in verbs), hear))
        return hear

    return register


@transaction.atomic(savepoint=False)
def record(
    verb: Verb,
    *,
    actor: "User | None",
    target: models.Model | None = None,
    data: dict[str, Any] | None = None,
    label: str = "",
) -> Entry:
    """Write what happened, in the caller's transaction, and owe it to whoever listens.

    `data` is JSON; its texts and numbers may be named in the verb's sentence. `label` defaults to `str(target)`.
    """
    entry = _entry(verb, actor, target, data, label)
    entry.save(force_insert=True)
    _owe(verb, [entry])
    return entry


@transaction.atomic
def record_many(
    verb: Verb, *, actor: "User | None", targets: Iterable[tuple[models.Model, dict[str, Any]]]
) -> list[Entry]:
    """`record()` for a bulk action: one entry for each target with its data, in few queries however many there are."""
    entries = Entry.objects.bulk_create(
        (_entry(verb, actor, target, data) for target, data in targets), batch_size=1000
    )
    _owe(verb, entries)
    return entries


def _entry(
    verb: Verb,
    actor: "User | None",
    target: models.Model | None,
    data: dict[str, Any] | None,
    label: str = "",
) -> Entry:
    return Entry(
        verb=verb.code,
        actor=actor,
        target_type=target._meta.label_lower if target else "",
        target_id=target.pk if target else None,
        label=label or (str(target) if target else ""),
        data=data or {},
        is_read=verb.about_people,
    )


def _owe(verb: Verb, entries: list[Entry]) -> None:
    owed = [
        Delivery(entry=entry, listener=item.code)
        for entry in entries
        for item in LISTENERS
        if verb.code in item.verbs
    ]
    if owed:
        Delivery.objects.bulk_create(owed, batch_size=1000)
        ring("audit.deliver_due")


def deliver_next() -> bool:
    """Hand one owed entry to its listener; False if nothing is due.

    Locks the delivery (SKIP LOCKED), so any number of workers may call it. A listener that fails is tried again
    later; its half-done work is rolled back.
    """
    with transaction.atomic():
        delivery = (
            Delivery.objects.due()
            .select_related("entry__actor")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if delivery is None:
            return False
        try:
            with transaction.atomic(), pghistory.context(user=delivery.entry.actor_id):
                if listener := LISTENERS.get(delivery.listener):  # one that a newer version dropped is done
                    listener.hear(delivery.entry)
        except Exception as error:  # any fault of a listener is kept with the delivery and tried again
            log.exception("%s could not hear %s", delivery.listener, delivery.entry)
            delivery.error = f"{type(error).__name__}: {error}"[:2000]
            delivery.due_at = timezone.now() + delivery.next_try()
            delivery.attempts += 1
        else:
            delivery.done_at, delivery.error = timezone.now(), ""
        delivery.save(update_fields=["done_at", "error", "due_at", "attempts"])
        return True


@transaction.atomic
def retry_deliveries(*, actor: "User") -> int:
    """Have everything that failed tried at once and say how much that is; its waiting time begins anew."""
    count = Delivery.objects.failing().update(due_at=timezone.now(), attempts=0)
    if count:
        record(DELIVERIES_RETRIED, actor=actor, data={"count": count})
        ring("audit.deliver_due")
    return count


@transaction.atomic
def forget_done_deliveries(*, at: datetime | None = None) -> int:
    """Delete deliveries that were heard 30 days ago and say how many; the entries stay."""
    count, _rows = Delivery.objects.filter(done_at__lt=(at or timezone.now()) - KEEP_DONE).delete()
    return count
