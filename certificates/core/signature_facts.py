"""What is remembered of an issuer-signed JWT whose signature held: so that it need not be verified again, and nothing else.

An entry says that these exact bytes (SHA-256 of the whole issuer-signed JWT) verified under that exact trusted key, and keeps
what the payload says: header, claims in the clear, digests. Both never change. Everything that may change stays outside and is
read again every time: the key of that kid in the region's bundle, its state and period, status, expiry, policies. Disclosures
and values are never kept, so that what an entry holds is what any log of credentials may hold.

Only tokens with a good signature are entered, so a stranger cannot push others out; the oldest used goes first.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final, NamedTuple

from certificates.core.canonical import b64url_decode_strict
from certificates.core.digests import DIGEST_BYTES
from certificates.core.errors import CanonicalError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_format import DIGEST_CHARS, CredentialClaims, CredentialHeader
from certificates.core.signing.suite import TrustedKey

MAX_BYTES: Final = 16 * 1024 * 1024  # some 2,000 credentials of 40 digests in each web process
_BYTES_PER_ENTRY: Final = 2048  # header and claims without the chain, and their places in the table
_BYTES_PER_DIGEST: Final = 144  # 32 bytes as an object and its place in a table


class SignatureFacts(NamedTuple):
    """This will hold what a signature that verified under `key` covers."""

    key: TrustedKey
    header: CredentialHeader
    claims: CredentialClaims
    grains: Mapping[bytes, Grain]


def signature_facts(
    *, key: TrustedKey, header: CredentialHeader, claims: CredentialClaims, grains: Mapping[str, Grain]
) -> SignatureFacts | None:
    """This will turn what was verified into its short form, digests as 32 bytes; None where a digest is in another form.

    Such a digest is of nothing, which does no harm, but its credential is not worth a place.
    """
    if set(map(len, grains)) != {DIGEST_CHARS}:
        return None
    try:
        # 43 characters and an "A" are 32 bytes and a zero, unless bits are set that belong to no byte.
        data = b64url_decode_strict("".join([text + "A" for text in grains]))
    except CanonicalError:
        return None
    if any(data[DIGEST_BYTES :: DIGEST_BYTES + 1]):
        return None
    raw = (data[at : at + DIGEST_BYTES] for at in range(0, len(data), DIGEST_BYTES + 1))
    return SignatureFacts(key, header, claims, dict(zip(raw, grains.values(), strict=True)))


class KnownSignatures:
    """This will remember signature facts by the token's digest, within a bound of memory; safe between threads."""

    def __init__(self, *, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._facts: OrderedDict[bytes, SignatureFacts] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, token_digest: bytes) -> SignatureFacts | None:
        """This will give what is known of a token (SHA-256 of the issuer-signed JWT); the caller MUST compare the key."""
        with self._lock:
            found = self._facts.get(token_digest)
            if found is not None:
                self._facts.move_to_end(token_digest)
        return found

    def remember(self, token_digest: bytes, facts: SignatureFacts | None) -> None:
        """This will keep the facts of a token whose signature has just held, and forget the least used where needed."""
        if facts is None:
            return
        with self._lock:
            known = self._facts.pop(token_digest, None)
            self._bytes += _weight(facts) - (0 if known is None else _weight(known))
            self._facts[token_digest] = facts
            while self._bytes > self._max_bytes:
                self._bytes -= _weight(self._facts.popitem(last=False)[1])

    def __len__(self) -> int:
        """This will count the tokens that are known."""
        return len(self._facts)


def _weight(facts: SignatureFacts) -> int:
    # The chain is mostly shared with other credentials of one key, but nothing makes sure of that.
    return _BYTES_PER_ENTRY + sum(map(len, facts.header.x5c)) + _BYTES_PER_DIGEST * len(facts.grains)
