"""The settings with which an installation goes to the network."""

import os
import subprocess
import sys

import pytest

from cxm.embedded.place import ROOT
from tests.template import address


@pytest.mark.django_db
def test_the_deployment_check_finds_nothing_with_an_https_address() -> None:
    environment = os.environ | {
        "SITE_URL": "https://cxm.example.org",
        "ALLOWED_HOSTS": "cxm.example.org",
        "SECRET_KEY": "x7Jq" * 16 + "ab9-_Zk3",
        "DJANGO_SETTINGS_MODULE": "cxm.settings",
        "DEBUG": "0",
    }
    del environment["DJANGO_ALLOW_ASYNC_UNSAFE"]  # of the test settings
    code = (
        "import django; django.setup(); from django.core.management import call_command; "
        "call_command('check', deploy=True, fail_level='WARNING')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("start", "setting", "timeout"),
    [
        ("import cxm.wsgi", "", "30s"),
        ("import cxm.wsgi", "5s", "5s"),
        ("import django; django.setup()", "", "0"),
    ],
)
@pytest.mark.django_db
def test_pages_give_up_a_statement_in_time_and_the_worker_does_not(
    start: str, setting: str, timeout: str
) -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "cxm.settings", "DATABASE_URL": address("postgres")}
    environment |= {"WEB_STATEMENT_TIMEOUT": setting} if setting else {}
    code = (
        f"{start}; from django.db import connection; cursor = connection.cursor(); "
        "cursor.execute('show statement_timeout'); print(cursor.fetchone()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == timeout, done.stderr
