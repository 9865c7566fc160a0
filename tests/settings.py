"""The product's settings on a throw-away database, started by reading them (unless DATABASE_URL is given)."""

import os

from cxm.embedded.place import Place
from cxm.embedded.services import Services

os.environ["BROKER_URL"] = "memory://localhost/"

folder = Place.from_environment().var
place = Place(folder if folder.name == "test" else folder / "test")  # never the folder with the real data
services = Services(place, durable=False)
services.announce()
services.start_database()

from cxm.settings import *  # noqa: E402, F403
from cxm.settings import DATABASES, STORAGES  # noqa: E402

DATABASES["default"]["OPTIONS"].pop("pool")  # the test runner drops the database, which no pool may hold
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # no collectstatic before the tests
