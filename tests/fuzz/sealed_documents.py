"""OFD files: the container, its XML and its seal under spoilt bytes; only the very file that was sealed may come out as it went in."""

from random import Random

from certificates.adapters.ofd.read import read_ofd
from certificates.core.errors import DocumentError
from tests.fuzz.spoil_bytes import bytes_mutators
from tests.fuzz.target import Mutant, Target
from tests.unit.certificates.ofd_parts import make_sealers, sealed_ofd

_TOKENS = (
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"<ofd:",
    b"/>",
    b"<!DOCTYPE",
    b"Doc_0/",
    b"../",
    b"0\x82",
    b"\x02\x01\x04",
)


def sealed_document_target() -> Target:
    """One small licence under seals of both versions that are made."""
    sealers = make_sealers()
    seeds = [sealed_ofd(sealers), sealed_ofd(sealers, version=5)]
    good = [read_ofd(data) for data in seeds]

    def token(rng: Random, data: bytes) -> Mutant:
        found = data.find(rng.choice(_TOKENS), rng.randrange(len(data) + 1))
        at = max(found, 0) + rng.randrange(12)
        return Mutant(data[:at] + rng.choice(_TOKENS) + data[at + rng.randrange(8) :])

    return Target(
        name="ofd",
        seeds=seeds,
        read=read_ofd,
        named=(DocumentError,),
        entitled=lambda data, facts: data in seeds and facts in good,
        mutators=[*bytes_mutators(seeds), token, token],
        weight=1,
    )
