"""No page of the landscape asks the database more than twelve times, however many rows there are."""

from typing import Any

import pytest
from django.urls import reverse

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_channel, make_content, make_person, make_system, make_touchpoint
from touchpoints.inventory.models import Channel, Interface, Phase, PhaseModel

pytestmark = pytest.mark.django_db
LIMIT = 12


@pytest.fixture
def crowd(mia: User) -> dict[str, int]:
    """Thirty of everything; ids of one of each."""
    phases, channels = list(Phase.objects.default()), list(Channel.objects.all())
    systems = [make_system(owner=make_person()) for _number in range(30)]
    contents = [make_content(owner=make_person()) for _number in range(30)]
    for number in range(30):
        make_channel()
        Interface.objects.create(
            source=systems[number], target=systems[number - 1], carries="x", state="broken"
        )
        contents[number].phases.set(phases)
        touchpoint = make_touchpoint(phase=phases[number % 7], channel=channels[number % 16])
        touchpoint.systems.set(systems)
        touchpoint.contents.set(contents)
        touchpoint.further_phases.set(phases)
    return {
        "channel": channels[0].pk,
        "system": systems[0].pk,
        "content": contents[0].pk,
        "phase_model": PhaseModel.objects.get(code="planning").pk,
        "phase_edit": phases[0].pk,
    }


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("matrix", ""),
        ("matrix", "further=on&gap=no_owner&q=touch"),
        ("channels", ""),
        ("channel", ""),
        ("channel_order", ""),
        ("systems", ""),
        ("systems", "idle=on&owner=none"),
        ("system", ""),
        ("flows", ""),
        ("contents", ""),
        ("contents", "expiry=soon&phase=none"),
        ("content", ""),
        ("phase_models", ""),
        ("phase_model", ""),
        ("phase_edit", ""),
    ],
)
def test_pages_ask_twelve_times_at_most(
    crowd: dict[str, int], mia: User, name: str, query: str, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(mia)
    url = reverse(f"inventory:{name}", args=[crowd[name]] if name in crowd else [])
    with django_assert_max_num_queries(LIMIT):
        assert client.get(f"{url}?{query}").status_code == 200
