"""The help of these rooms, in both languages."""

import pytest

from cxm.accounts.models import User
from tests.cast import signed_in


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("topic", ["start", "organisation", "accounts", "notices", "api"])
def test_every_topic_is_explained(emil: User, language: str, topic: str) -> None:
    emil.language = language
    emil.save()
    page = signed_in(emil).get(f"/help/{topic}/")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()
