"""WSGI entry point; Django under ASGI was six to eight times slower here, so the node stays on WSGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

application = get_wsgi_application()
