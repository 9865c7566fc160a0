"""`manage.py demo`: load the demo company into an empty database."""

import time
from argparse import ArgumentParser
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from cxm.kit.demo import World


class Command(BaseCommand):
    """Asks each room, lowest first, for its part of the demo; everything or nothing."""

    help = "Load the demo company (only into an empty database)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--timing", action="store_true", help="say how long each room took")

    def handle(self, *args: Any, **options: Any) -> None:
        if get_user_model()._default_manager.exists():
            raise CommandError("There is a company already; the demo is only for an empty database.")
        world = World(today=timezone.localdate())
        with transaction.atomic(), translation.override("de"):
            for app in apps.get_app_configs():
                if find_spec(f"{app.name}.demo") and app.name != "cxm.kit":
                    began = time.perf_counter()
                    import_module(f"{app.name}.demo").load(world)
                    if options["timing"]:
                        self.stderr.write(f"{app.name}: {time.perf_counter() - began:.1f} s")
        for line in world.greeting:
            self.stdout.write(line)
