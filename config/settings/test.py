"""Settings of the test run: a throw-away folder, fast password hashing, and the database named by HUZHENG_TEST_DATABASE_URL."""

import os
import tempfile

os.environ.setdefault("HUZHENG_VAR", tempfile.mkdtemp(prefix="huzheng-test-"))

from config.settings.base import *  # noqa: F403  # the folder above must be known before base is read
from config.settings.base import DATABASES, STATIC_ROOT, _env, database

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = False
AXES_ENABLED = False
if _url := _env.str("HUZHENG_TEST_DATABASE_URL", default=""):
    DATABASES["default"] = {**database(_env.db_url_config(_url)), "CONN_MAX_AGE": 0}
if _on_sqlite := DATABASES["default"].get("OPTIONS", {}).get("init_command"):
    # Transactions stay real; only a power cut could lose one.
    DATABASES["default"]["OPTIONS"]["init_command"] = _on_sqlite.replace("synchronous=FULL", "synchronous=OFF")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where it is missing, and warnings are errors here
