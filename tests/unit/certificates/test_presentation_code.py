"""A presentation code is whole or it is refused."""

import hashlib

import pytest

from certificates.core.errors import PresentationError
from certificates.core.presentation_code import code_text, new_token, parse_code

TOKEN = new_token(random=lambda size: bytes(range(size)))


def test_a_token_has_130_bits_in_upper_case() -> None:
    assert len(TOKEN) == 26
    assert TOKEN.upper() == TOKEN
    assert len({new_token(random=lambda size, n=n: bytes([n]) * size) for n in range(8)}) == 8


def test_reads_what_was_written() -> None:
    code = parse_code(code_text(region="330000", token=TOKEN))

    assert code.region == "330000"
    assert code.token_digest == hashlib.sha256(TOKEN.encode()).digest()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HZP1",
        "HZP1:330000",
        f"HZP1:330000:{TOKEN[:-1]}",
        f"HZP1:330000:{TOKEN}A",
        f"HZP1:330000:{TOKEN.lower()}",
        f"HZP1:330000:{TOKEN[:-1]}1",
        f"HZP1:330000:{TOKEN}\n",
        f" HZP1:330000:{TOKEN}",
        f"HZP2:330000:{TOKEN}",
        f"HZ1:330000:{TOKEN}",
        f"HZP1:330100:{TOKEN}",
        f"HZP1:３３0000:{TOKEN}",
        f"HZP1:330000:{TOKEN}:{TOKEN}",
        f"https://example.org/HZP1:330000:{TOKEN}",
    ],
)
def test_refuses_whatever_is_not_a_whole_code(text: str) -> None:
    with pytest.raises(PresentationError) as refused:
        parse_code(text)
    assert refused.value.code == "code.malformed"
    assert TOKEN not in str(refused.value)
