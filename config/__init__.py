"""Settings, addresses and the processes of a node; the Celery app is loaded here so that every task finds it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
