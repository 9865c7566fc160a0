"""List pages: as quick with 10,000 rows as with 100, and far cheaper than a template that formats each value."""

from django.db import connection
from django.template import engines
from django.test import Client
from django.utils import translation

from cxm.accounts.models import User
from cxm.kit.access import Role
from cxm.organisation.models import Company, Person
from tests.bench.report import Report, compare
from touchpoints.inventory.choices import Part
from touchpoints.inventory.lists import TouchpointList
from touchpoints.inventory.models import Channel, Phase, Responsibility, Touchpoint

MANY, FEW, PAGE = 10_000, 100, 50

NAIVE = """{% load l10n %}<table><tbody>{% for t in rows %}<tr>
<td><input type="checkbox" name="ids" value="{{ t.pk }}"></td><td>{{ t.code }}</td>
<th><a href="{% url 'inventory:touchpoint' t.pk %}">{{ t.name }}</a></th>
<td>{{ t.phase.name }}</td><td>{{ t.channel.name }}</td>
<td>{{ t.owner_name|default:"-" }}</td><td>{{ t.get_status_display }}</td><td>{{ t.get_maturity_display }}</td>
<td>{{ t.completeness|floatformat:0 }} %</td><td>{{ t.contacts_per_month|localize }}</td>
<td>{{ t.next_review_on|date:"d.m.Y" }}</td>
<td>{% if t.is_moment_of_truth %}*{% endif %}{% if t.is_pain_point %}!{% endif %}</td></tr>{% endfor %}
</tbody></table>"""


def make(count: int) -> None:
    """So many touchpoints, each with an owner."""
    phases, channels = list(Phase.objects.default()), list(Channel.objects.all())
    person = Person.objects.first() or Person.objects.create(name="Otto Özdemir")
    made = Touchpoint.objects.bulk_create(
        Touchpoint(
            name=f"Kontaktpunkt {n * 7919 % count:05}", phase=phases[n % 7], channel=channels[n % len(channels)],
            contacts_per_month=n * 13, completeness=n % 100,
        )
        for n in range(count)
    )  # fmt: skip
    Responsibility.objects.bulk_create(
        Responsibility(touchpoint=t, person=person, part=Part.ACCOUNTABLE, during=("2020-01-01", None))
        for t in made
    )


def run(report: Report) -> None:
    """Compare many with few, and our rows with naive ones."""
    Company.objects.create(name="Holzwerk Nord")
    user = User.objects.create_user("mia@example.org", name="Mia", roles=[Role.CX_MANAGER])
    client = Client()
    client.force_login(user)
    # Both sizes must stand in one run, so the small one is a view of the large table through the archive mark.
    make(MANY)
    kept = list(Touchpoint.objects.order_by("pk").values_list("pk", flat=True)[:FEW])

    with connection.cursor() as cursor:
        cursor.execute("analyze")  # as autovacuum would have done

    def page() -> object:
        return client.get("/touchpoints/").content

    def timed(archived: bool) -> float:
        Touchpoint.objects.exclude(pk__in=kept).update(is_archived=archived)
        return compare(page, lambda: client.get("/help/").content, rounds=15)

    many, few = timed(archived=False), timed(archived=True)
    report.ratio(f"touchpoint list with {MANY:,} rows against {FEW}", many / few, most=1.3)

    Touchpoint.objects.update(is_archived=False)
    request = client.get("/touchpoints/").wsgi_request
    request.user, request.htmx = user, False  # type: ignore[attr-defined]
    naive = engines["django"].from_string(NAIVE)
    with translation.override("de"):
        ours = TouchpointList(request)  # type: ignore[arg-type]
        rows = ours.page.rows
        ratio = compare(
            lambda: ours.body(ours.page), lambda: naive.render({"rows": rows}), rounds=40, cpu=True
        )
    report.ratio(f"processor time of {PAGE} rows against a naive template", ratio, most=0.6)
