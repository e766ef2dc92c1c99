"""A signature has 64 bytes in every suite: numbers that are shorter or padded in their halves are no second text of it."""

from itertools import count

import pytest

from certificates.core.errors import CredentialError
from certificates.core.signing.registry import SUITES
from tests.fuzz.keys import Pair, pair


def with_a_zero_first(by: Pair) -> tuple[bytes, bytes]:
    """Data, and a good signature over it whose second number begins with a zero byte: one in 256 or 512 does."""
    for number in count():
        data = b"%d" % number
        signature = by.signer.sign(data)
        if signature[32] == 0:
            return data, signature
    raise AssertionError


@pytest.mark.parametrize("suite", SUITES)
def test_refuses_the_same_numbers_in_fewer_or_more_bytes(suite: str) -> None:
    by = pair(suite, 1)
    data, signature = with_a_zero_first(by)
    chosen = SUITES[suite]
    chosen.verify(by.trusted.public_key, signature, data)
    for other in (
        signature[:32] + signature[33:],
        signature[:32] + b"\0" + signature[32:],
        signature[:32] + b"\0" * 32 + signature[32:],
    ):
        with pytest.raises(CredentialError) as caught:
            chosen.verify(by.trusted.public_key, other, data)
        assert caught.value.code == "signature.invalid"
