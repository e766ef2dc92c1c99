"""Entering another public key of an agency's system, so that it can change keys without a pause."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from accounts.adapters.client_signature import client_suites
from accounts.core.client_keys import ClientKey, client_keys
from accounts.core.errors import RecordError
from accounts.models import ApiClient, ApiClientKey

MOST_LIVE_KEYS: Final = 8  # pending and active; a system needs two at a time


def add_client_key(
    *, client_id: str, keys: object, at: datetime, from_at: datetime | None = None, to_at: datetime | None = None
) -> tuple[str, ...]:
    """This will commit the keys of a JWK or JWK set and give their ids; each is good from `from_at` (now, if None) up to `to_at`.

    Raises RecordError `api_client.unknown|key|private_key|key_exists|keys|dates`.
    """
    found = client_keys(keys)
    for key in found:
        suite = client_suites()[key.suite]
        if not suite.is_key(key.spki):
            raise RecordError("api_client.key", "x and y are not a point of the curve")
        if key.alg not in {None, suite.jose_alg}:
            raise RecordError("api_client.key", "the key is meant for another algorithm")
    first = from_at or at
    if first < at or (to_at is not None and to_at <= first):
        raise RecordError("api_client.dates", "a key begins now or later, and ends after it began")
    try:
        with transaction.atomic():
            client = ApiClient.objects.select_for_update().filter(client_id=client_id).first()
            if client is None:
                raise RecordError("api_client.unknown", "there is no such system")
            _check_room(client, found, at)
            for key in found:
                client.keys.create(
                    kid=key.kid,
                    suite=key.suite,
                    public_jwk=dict(key.members),
                    from_at=first,
                    to_at=to_at,
                    created_at=at,
                )
    except IntegrityError:
        raise RecordError("api_client.key_exists", "the system has a key of this id") from None
    return tuple(key.kid for key in found)


def _check_room(client: ApiClient, found: tuple[ClientKey, ...], at: datetime) -> None:
    rows = list(ApiClientKey.objects.filter(client=client))
    # A retired key does not come back under another id either.
    if {row.kid for row in rows} & {key.kid for key in found}:
        raise RecordError("api_client.key_exists", "the system has a key of this id")
    if any(dict(key.members) == row.public_jwk for key in found for row in rows):
        raise RecordError("api_client.key_exists", "the system has, or had, this key")
    live = sum(1 for row in rows if row.to_at is None or row.to_at > at)
    if live + len(found) > MOST_LIVE_KEYS:
        raise RecordError("api_client.keys", "the system has too many keys: retire one first")
