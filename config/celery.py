"""The Celery application: messages carry row ids only and may all be lost, for a sweep finds due work again."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("huzheng")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
