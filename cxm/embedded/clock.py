"""Celery's scheduler without the product: `python -m cxm.embedded.clock APP FILE`.

It only needs names of tasks and times. `celery beat` imports every room for it, which costs 80 MB and the
start some seconds of a processor.
"""

import logging
import signal
import sys
from types import FrameType

from celery.app.utils import find_app
from celery.beat import Service


def main(app_name: str, schedule_file: str) -> None:
    """Send what is due until SIGTERM; the file remembers what was sent when."""
    app = find_app(app_name)
    app.log.setup(logging.INFO)
    service = Service(app, schedule_filename=schedule_file)

    def stop(number: int, frame: FrameType | None) -> None:
        service.sync()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    service.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
