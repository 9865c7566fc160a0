"""API keys: shown once, limited, withdrawn."""

from datetime import timedelta

from django.utils import timezone

from cxm.accounts.actions import create_api_key, withdraw_api_key
from cxm.accounts.models import ApiKey, Scope, User, hash_token
from tests.cast import signed_in

NEW = "/accounts/api-keys/new/"


def test_a_key_is_shown_once_and_stored_as_a_hash(ada: User) -> None:
    client = signed_in(ada)
    answer = client.post(NEW, {"name": "Shop", "scope": "write", "user": ada.pk, "last_day": ""})
    key = ApiKey.objects.get()
    secret = answer.context["secret"]
    assert secret.startswith("cxm_")
    assert secret in answer.content.decode()
    assert (key.key_hash, key.prefix, key.expires_at) == (hash_token(secret), secret[:12], None)
    assert "no-store" in answer.headers["Cache-Control"]
    for page in ("/accounts/api-keys/", f"/accounts/api-keys/{key.pk}/"):
        text = client.get(page).content.decode()
        assert secret not in text
        assert secret[:12] in text


def test_the_last_day_counts_whole_in_the_makers_zone(ada: User) -> None:
    day = timezone.localdate() + timedelta(days=10)
    signed_in(ada).post(NEW, {"name": "Shop", "scope": "read", "user": ada.pk, "last_day": day.isoformat()})
    ends = timezone.localtime(ApiKey.objects.get().expires_at, ada.zone)
    assert (ends.date(), ends.hour) == (day + timedelta(days=1), 0)


def test_a_day_in_the_past_is_refused_at_the_field(ada: User) -> None:
    data = {"name": "Shop", "scope": "read", "user": ada.pk, "last_day": "2020-01-01"}
    answer = signed_in(ada).post(NEW, data)
    assert answer.status_code == 422
    assert "last_day" in answer.context["form"].errors


def test_a_day_that_nobody_means_is_refused_at_the_field(ada: User) -> None:
    data = {"name": "Shop", "scope": "read", "user": ada.pk, "last_day": "9999-12-31"}
    answer = signed_in(ada).post(NEW, data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["last_day"])


def test_a_withdrawn_key_stays_in_the_list_without_power(ada: User) -> None:
    key, _secret = create_api_key(actor=ada, user=ada, name="Shop", scope=Scope.READ)
    assert signed_in(ada).post(f"/accounts/api-keys/{key.pk}/withdraw/").status_code == 302
    key.refresh_from_db()
    assert not key.is_valid
    withdraw_api_key(actor=ada, key=key)  # again: nothing more happens


def test_others_see_neither_keys_nor_the_page(ada: User, mia: User) -> None:
    key, _secret = create_api_key(actor=ada, user=ada, name="Shop", scope=Scope.READ)
    client = signed_in(mia)
    assert client.get("/accounts/api-keys/").status_code == 403
    assert client.post(f"/accounts/api-keys/{key.pk}/withdraw/").status_code == 403
    assert ApiKey.objects.valid().count() == 1
    assert not ApiKey.objects.visible_to(mia).exists()
