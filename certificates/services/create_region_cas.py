"""The region's CAs: one for each suite of which its agencies have keys."""

from base64 import b64encode
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from certificates.adapters.region_ca import create_region_ca
from certificates.core.crypto_profile import profile
from certificates.core.signing.registry import ES256
from certificates.models import EXTERNAL, KeyState, RegionCa
from certificates.services.require_same_node import require_same_node


def create_region_cas(*, at: datetime) -> tuple[str, ...]:
    """This will make and commit a CA for each suite that has no active one, and name those suites.

    Always one for P-256: PDF readers take no SM2, so also a guomi region certifies its agencies' document keys with it.
    """
    suites = dict.fromkeys((profile(settings.NODE.profile).suite, ES256.name))
    return tuple(suite for suite in suites if _create(suite, at))


def add_region_ca(*, suite: str, at: datetime, state: KeyState = KeyState.ACTIVE) -> RegionCa:
    """This will make a CA, in force from `at` on, and add its row, in the caller's transaction.

    Raises IssueError `issue.profile|region` under the settings of another node.
    """
    require_same_node()
    made = create_region_ca(suite=suite, at=at)
    return RegionCa.objects.create(
        kid=made.key.kid,
        suite=suite,
        backend=made.key.backend,
        spki=b64encode(made.key.spki).decode("ascii"),
        certificate_der=b64encode(made.certificate).decode("ascii"),
        state=state,
        from_at=at,
    )


def _create(suite: str, at: datetime) -> bool:
    if RegionCa.objects.filter(suite=suite, state=KeyState.ACTIVE).exclude(backend=EXTERNAL).exists():
        return False
    try:
        with transaction.atomic():
            add_region_ca(suite=suite, at=at)
    except IntegrityError:
        return False  # another process made it in between
    return True
