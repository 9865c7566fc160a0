"""The worker's app. Each room brings its own `tasks.py`; what runs on a clock is listed here, in one place."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxm.settings")

app = Celery("cxm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "deliver what the bell missed": {"task": "audit.deliver_due", "schedule": 30.0},
}
