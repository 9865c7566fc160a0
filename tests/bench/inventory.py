"""An inventory of any size: touchpoints with owners, systems, content and history, and with gaps."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.organisation.models import Company, Person
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Channel, ContentItem, Phase, Responsibility, System, Touchpoint

ANSWERED_FOR = 2 / 5
"""The share of touchpoints with somebody accountable; of the others there are enough for a page from 100 on."""

OWN = 50
"""Touchpoints that the reader himself works at, however many there are."""


def found(name: str) -> User:
    """A company with people, systems and content: more than a page of each; the same for any number of touchpoints."""
    Company.objects.create(name="Holzwerk Nord")
    user = User.objects.create_user("mia@example.org", name=name)
    Person.objects.create(name=name, user=user)
    Person.objects.bulk_create(Person(name=f"Person {n * 31 % 80:03}") for n in range(80))
    System.objects.bulk_create(System(name=f"System {n * 31 % 80:03}") for n in range(80))
    ContentItem.objects.bulk_create(ContentItem(title=f"Text {n * 31 % 80:03}") for n in range(80))
    return user


def add(user: User, first: int, last: int) -> None:
    """Touchpoints of these numbers, spread over everything there is."""
    phases, channels = list(Phase.objects.default()), list(Channel.objects.all())
    people = list(Person.objects.filter(user=None).order_by("name"))
    today = timezone.localdate()
    made = Touchpoint.objects.bulk_create(
        Touchpoint(
            name=f"Kontaktpunkt {n * 7919 % 100_003:06}",
            phase=phases[n % 7],
            channel=channels[n % len(channels)],
            contacts_per_month=n * 13,
            completeness=n % 100,
            importance_customer=1 + n % 5,
            recorded_on=today - timedelta(days=n * 37 % 400),
            is_pain_point=n % 5 == 0,
            pain_reason="Dauert",
        )
        for n in range(first, last + 1)
    )
    Responsibility.objects.bulk_create(
        Responsibility(
            touchpoint=t, person=people[n % len(people)], part=Part.ACCOUNTABLE, during=("2020-01-01", None)
        )
        for n, t in enumerate(made)
        if n % 5 < 5 * ANSWERED_FOR
    )
    if first == 1:
        Responsibility.objects.bulk_create(
            Responsibility(
                touchpoint=t, person=user.person, part=Part.RESPONSIBLE, during=("2020-01-01", None)
            )
            for t in made[:OWN]
        )
    link(made)
    Entry.objects.bulk_create(
        Entry(
            verb="inventory.touchpoint.recorded",
            target_type="inventory.touchpoint",
            target_id=t.pk,
            label=t.name,
        )
        for t in made
    )


def link(touchpoints: list[Touchpoint]) -> None:
    """Two systems and two pieces of content at each second one; the last ones serve nothing."""
    for field, rows in (("systems", System.objects), ("contents", ContentItem.objects)):
        through = getattr(Touchpoint, field).through
        column = "system_id" if field == "systems" else "contentitem_id"
        ids = list(rows.order_by("pk").values_list("pk", flat=True))[:-5]
        through.objects.bulk_create(
            through(touchpoint_id=t.pk, **{column: ids[(n + step) % len(ids)]})
            for n, t in enumerate(touchpoints)
            if n % 2
            for step in (0, 7)
        )


def tidy() -> None:
    """As autovacuum would have done."""
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
