"""Whether a signature is dear: so slow that work is arranged to need fewer of them."""

from typing import Final

# Over 0.2 ms each: SM2 takes 0.4 ms in OpenSSL, which has no assembler for its curve; ES256 takes 0.03 ms (`make bench`).
DEAR_SUITES: Final = frozenset({"SM2"})
_IN_PROCESS: Final = "software"


def is_dear(*, suite: str, backend: str) -> bool:
    """This will tell it of a key by its suite and where it is kept: a hardware module adds a round trip of milliseconds."""
    return suite in DEAR_SUITES or backend != _IN_PROCESS
