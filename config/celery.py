"""The Celery application: messages carry row ids only and may all be lost, for a sweep finds due work again."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

SWEEP_SECONDS = 2.0  # shorter than half of the shortest ttl of a status list
FILES_SECONDS = 6 * 3600.0  # it lists the whole store

TRANSPORT_ALIASES["filesystem"] = "config.file_broker:Transport"

app = Celery("huzheng")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "certificates": {"task": "certificates.sweep", "schedule": SWEEP_SECONDS},
    "files": {"task": "certificates.sweep_files", "schedule": FILES_SECONDS},
    "verification": {"task": "verification.sweep", "schedule": SWEEP_SECONDS},
}
