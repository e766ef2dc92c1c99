"""How Celery speaks to the broker that `CELERY_BROKER_URL` names."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured

FILES: Final = "filesystem://"
_REDIS: Final = ("redis", "sentinel")


def broker_options(url: str, *, folder: Path, redelivery_seconds: int) -> dict[str, Any]:
    """This will give Celery's transport options for `url`; files are kept below `folder`.

    Raises ImproperlyConfigured where the broker's client is not installed, instead of a worker that fails again and again.
    """
    if url == FILES:
        return {
            "data_folder_in": str(folder / "queue"),
            "data_folder_out": str(folder / "queue"),
            "control_folder": str(folder / "control"),
            "polling_interval": 0.05,  # seconds; whoever makes documents looks again only after it, and two take 0.2
        }
    if not url.startswith(_REDIS):
        return {}
    if find_spec("redis") is None:
        raise ImproperlyConfigured("CELERY_BROKER_URL names Redis: install requirements-services.txt")
    # Looked for every ten seconds: by default only each tenth look is a real one. A look takes far less than a minute.
    return {
        "visibility_timeout": redelivery_seconds,
        "unacked_restore_throttle": 1,
        "unacked_mutex_expire": 60,
    }
