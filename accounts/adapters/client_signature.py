"""Checking keys and signatures of agencies' systems with the node's one table of signing suites.

The table lives in the app above, which this one never imports: the settings name it.
"""

from collections.abc import Mapping
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class ClientSuite(Protocol):
    """This will be a suite that says yes or no and raises nothing."""

    @property
    def jose_alg(self) -> str:
        """This will be the only `alg` that an assertion under a key of this suite may state."""

    def is_key(self, spki: bytes) -> bool:
        """This will say whether a DER SubjectPublicKeyInfo holds a point of the suite's curve."""

    def is_signed(self, *, spki: bytes, signature: bytes, data: bytes) -> bool:
        """This will say whether the raw r || s signature over `data` is the key's."""


def client_suites() -> Mapping[str, ClientSuite]:
    """This will give the suites by their names; what is not named there does not exist."""
    found: Mapping[str, ClientSuite] = import_string(settings.CLIENT_SUITES)
    return found
