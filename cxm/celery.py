"""The worker's app. Each room brings its own `tasks.py`; what runs on a clock is listed here, in one place."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxm.settings")

app = Celery("cxm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

MORNING = crontab(hour=5, minute=10)  # UTC: before people begin, in Europe
NIGHT = crontab(hour=1, minute=20)

app.conf.beat_schedule = {
    "send the sponsor's page": {"task": "dashboards.send_reports", "schedule": MORNING},
    "deliver what the bell missed": {"task": "audit.deliver_due", "schedule": 30.0},
    "take up imports that nobody works at": {"task": "imports.sweep", "schedule": 15.0},
    "forget old import files": {"task": "imports.forget", "schedule": 3600.0},
}
