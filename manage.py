#!/usr/bin/env python
"""The one door: `uv run manage.py up` starts everything, `uv run manage.py help` lists the rest."""

import os
import sys

from cxm import install


def main() -> None:
    """Packages first, then the services that this command needs, then Django."""
    install.ensure(dev=False)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxm.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    from cxm.embedded import services  # noqa: PLC0415 - only now are the packages there

    services.provide(sys.argv[1:])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
