"""Sessions in the database, whose keys are looked up only where they could be ours."""

import re
from typing import Any, Final

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

_KEY: Final = re.compile(r"[A-Za-z0-9]{8,40}", re.ASCII)  # Django makes 32 characters; its column takes 40


class SessionStore(DatabaseStore):
    """This will be the session engine: as Django's own, and deaf to keys that it never made.

    A cookie may carry any octet in quotes (`"...\\000..."`), and PostgreSQL answers a text with NUL by an error, not by no row.
    """

    def _validate_session_key(self, key: Any) -> bool:
        return isinstance(key, str) and _KEY.fullmatch(key) is not None
