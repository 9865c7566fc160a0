"""The help of these rooms, in both languages."""

import re

import pytest

from cxm.accounts.models import User
from cxm.pages import HELP
from tests.cast import signed_in


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("topic", ["start", "organisation", "accounts", "notices", "api"])
def test_every_topic_is_explained(emil: User, language: str, topic: str) -> None:
    emil.language = language
    emil.save()
    page = signed_in(emil).get(f"/help/{topic}/")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()


@pytest.mark.parametrize("language", ["de", "en"])
def test_help_leads_nobody_to_a_closed_page(emil: User, sofia: User, mia: User, language: str) -> None:
    for user in (emil, sofia, mia):
        user.language = language
        user.save()
        client = signed_in(user)
        for topic in HELP:
            main = client.get(f"/help/{topic}/").content.decode().partition("<main")[2]
            for address in set(re.findall(r'href="(/[^"#]*)"', main)):
                assert client.get(address, follow=True).status_code == 200, (user.name, topic, address)
