"""Every byte of a signed file, changed one at a time: no change passes outside of the signature's own digits, at any level.

A change that passes within them is still no byte-for-byte copy, which the issuing node says by the file's digest.
"""

import random
import re
from collections.abc import Iterator
from contextlib import suppress

import pytest

from certificates.adapters.pdf.facts import DocumentFacts
from certificates.adapters.pdf.read import read_document
from certificates.adapters.pdf.sign import PdfSigningKey, sign
from certificates.core.errors import DocumentError
from tests.unit.certificates.adapters.pdf.attack_steps import LATER
from tests.unit.certificates.adapters.pdf.long_term_sample import SampleTsa, raise_levels
from tests.unit.certificates.adapters.pdf.sample import AT, Authority
from tests.unit.certificates.adapters.pdf.test_refuses_bombs import by_hand

SAMPLED = 20  # places of each file and kind in the default run
BITS = tuple(1 << bit for bit in range(8))


@pytest.fixture(scope="module")
def files(signed: bytes, signing_key: PdfSigningKey, root: Authority, tsa: SampleTsa) -> dict[str, bytes]:
    levels = raise_levels(signed, signer=signing_key, root=root, tsa=tsa)
    return {"B-B": levels.b, "B-LTA": levels.lta}


def gaps(data: bytes) -> list[range]:
    found = re.findall(rb"/ByteRange \[0 (\d+) (\d+) ", data)
    return [range(int(start), int(end)) for start, end in found]


def taken(data: bytes, root: Authority, tsa: SampleTsa) -> DocumentFacts | None:
    """The facts where a file is believed."""
    found = None
    with suppress(DocumentError):  # any other error is a fault of ours
        found = read_document(data, trust_anchors=[root.anchor], timestamp_anchors=[tsa.anchor], at=LATER)
    return found if found is not None and found.signer_trusted and found.doubt is None else None


def changed(data: bytes, place: int, bit: int) -> bytes:
    forged = bytearray(data)
    forged[place] ^= bit
    return bytes(forged)


def require_refused(data: bytes, places: Iterator[tuple[int, int]], root: Authority, tsa: SampleTsa) -> None:
    own = gaps(data)
    good = taken(data, root, tsa)
    assert good is not None
    for place, bit in places:
        found = taken(changed(data, place, bit), root, tsa)
        if found is not None:
            assert any(place in gap for gap in own), f"a change at {place} passes"
            assert found == good  # it says the same; its digest is another


@pytest.mark.parametrize("level", ["B-B", "B-LTA"])
def test_a_sample_of_single_changes(files: dict[str, bytes], root: Authority, tsa: SampleTsa, level: str) -> None:
    data, chance = files[level], random.Random(20261123)
    everywhere = [(chance.randrange(len(data)), chance.choice(BITS)) for _ in range(SAMPLED)]
    digits = [
        (gap.start + chance.randrange(4000), chance.choice(BITS)) for gap in gaps(data) for _ in range(SAMPLED // 2)
    ]
    tail = [(len(data) - 1 - chance.randrange(2000), chance.choice(BITS)) for _ in range(SAMPLED // 2)]
    require_refused(data, iter(everywhere + digits + tail), root, tsa)


@pytest.mark.exhaustive
@pytest.mark.parametrize("level", ["B-B", "B-LTA"])
def test_many_single_changes_of_a_licence(files: dict[str, bytes], root: Authority, tsa: SampleTsa, level: str) -> None:
    data, chance = files[level], random.Random(level)
    places = ((chance.randrange(len(data)), chance.choice(BITS)) for _ in range(5000))
    require_refused(data, places, root, tsa)


@pytest.mark.exhaustive
@pytest.mark.parametrize("level", ["B-B", "B-LTA"])
def test_every_byte_of_a_short_document(
    signing_key: PdfSigningKey, root: Authority, tsa: SampleTsa, level: str
) -> None:
    short = by_hand(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length 15>>\nstream\n0 0 9 9 re f   \nendstream",
        trailer=b"/Root 1 0 R/ID[<00><00>]",
    )
    levels = raise_levels(sign(short, signer=signing_key, at=AT), signer=signing_key, root=root, tsa=tsa)
    data, chance = {"B-B": levels.b, "B-LTA": levels.lta}[level], random.Random(level)
    inside = [place for gap in gaps(data) for place in gap]
    # The digits of an archived file's two signatures, mostly zeros, are four fifths of it: of these a thousand.
    spared = set(inside) - set(chance.sample(inside, 1000)) if level == "B-LTA" else set()
    places = (place for place in range(len(data)) if place not in spared)
    require_refused(data, ((place, chance.choice(BITS)) for place in places), root, tsa)
