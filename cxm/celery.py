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
    # What the bell missed
    "deliver entries": {"task": "audit.deliver_due", "schedule": 30.0},
    "take up imports": {"task": "imports.sweep", "schedule": 15.0},
    "send mail": {"task": "notices.send_mail", "schedule": 60.0},
    # What the clock brings
    # at every quarter of an hour it is 7 a.m. somewhere: time zones differ by that much
    "send digests": {"task": "notices.send_digests", "schedule": crontab(minute="*/15")},
    "send the sponsor's page": {"task": "dashboards.send_reports", "schedule": MORNING},
    "look after touchpoints": {"task": "inventory.look_after", "schedule": NIGHT},
    "look after training": {"task": "training.look_after", "schedule": NIGHT},
    "tend waves": {"task": "questionnaires.tend", "schedule": 300.0},
    "watch figures": {"task": "kpis.watch", "schedule": NIGHT},
    "close accounts of people who left": {"task": "organisation.close_accounts", "schedule": NIGHT},
    # What may be forgotten
    "forget import files": {"task": "imports.forget", "schedule": 3600.0},
    "forget deliveries": {"task": "audit.forget", "schedule": NIGHT},
    "forget notices": {"task": "notices.forget", "schedule": NIGHT},
    "forget drafts and addresses of customers": {"task": "questionnaires.forget", "schedule": NIGHT},
    "forget keys of answers": {"task": "accounts.forget", "schedule": NIGHT},
}
