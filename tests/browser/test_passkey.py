"""A passkey, made and used in a real browser whose authenticator is simulated by the browser itself."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.actions.users import confirm_address
from cxm.accounts.models import User
from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def house(page: Page, live_server: LiveServer) -> str:
    """The address by name, for a passkey belongs to a name and never to a number; and a device that makes them."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return live_server.url.replace("127.0.0.1", "localhost")


def test_a_passkey_is_added_and_then_signs_in_without_a_password(
    page: Page, house: str, otto: User, silent: list[str]
) -> None:
    confirm_address(otto)
    page.goto(f"{house}/sign-in/login/")
    page.locator("input[name=login]").fill(otto.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/touchpoints/mine/$"))

    page.goto(f"{house}/sign-in/2fa/webauthn/add/")
    page.locator("input[name=password]").fill(PASSWORD)  # who changes how he signs in proves who he is
    page.keyboard.press("Enter")
    page.locator("input[name=name]").fill("Laptop")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile(r"/sign-in/2fa/(?!webauthn/add)"))
    page.goto(f"{house}/sign-in/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Laptop")

    page.context.clear_cookies()
    page.goto(f"{house}/sign-in/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(re.compile(r"/touchpoints/mine/$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
