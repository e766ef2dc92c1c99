"""WSGI entry point; Django under ASGI was six to eight times slower here, so the node stays on WSGI."""

import ctypes
import os
import signal
import sys

from django.core.wsgi import get_wsgi_application

if sys.platform == "linux":
    # A worker whose web server was killed would keep the port and answer for ever, under nobody's supervision.
    _PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

application = get_wsgi_application()
