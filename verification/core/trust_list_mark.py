"""What a node remembers of the trust list outside of its database: the highest version it took into use, and its digest."""

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from certificates.core.canonical import strict_json_loads
from certificates.core.errors import CanonicalError
from verification.core.errors import TrustListError

_MAX_BYTES = 4096  # a number and a digest


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustListMark:
    """This will hold a version and the SHA-256 (hex) of the file that travelled."""

    version: int
    sha256: str

    def as_bytes(self) -> bytes:
        """This will give the file's JSON."""
        return json.dumps({"version": self.version, "sha256": self.sha256}).encode("ascii") + b"\n"


def mark_of(*, version: int, document: bytes) -> TrustListMark:
    """This will give the mark that a list leaves."""
    return TrustListMark(version=version, sha256=_digest(document))


@lru_cache(maxsize=4)
def parse_trust_list_mark(data: bytes) -> TrustListMark:
    """This will read the file; raises TrustListError `trust_list.mark`."""
    try:
        members = strict_json_loads(data, max_bytes=_MAX_BYTES)
        version, digest = members["version"], members["sha256"]
    except (CanonicalError, TypeError, KeyError) as error:
        raise _unreadable() from error
    if type(version) is not int or not isinstance(digest, str):
        raise _unreadable()
    return TrustListMark(version=version, sha256=digest)


@lru_cache(maxsize=4)
def _digest(document: bytes) -> str:
    return sha256(document).hexdigest()


def _unreadable() -> TrustListError:
    return TrustListError("trust_list.mark", "the node's mark of its trust list cannot be read")
