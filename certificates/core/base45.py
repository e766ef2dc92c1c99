"""Base45 (RFC 9285): bytes as the alphanumeric characters of a QR code."""

from certificates.core.errors import SealCodeError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_BASE = 45
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_TRIPLE = 3  # characters for two bytes; two characters stand for one byte


def encode(data: bytes) -> str:
    """This will encode two bytes to three characters, and a last single byte to two."""
    text = []
    for at in range(0, len(data) - 1, 2):
        rest, first = divmod(data[at] << 8 | data[at + 1], _BASE)
        third, second = divmod(rest, _BASE)
        text.append(ALPHABET[first] + ALPHABET[second] + ALPHABET[third])
    if len(data) % 2:
        second, first = divmod(data[-1], _BASE)
        text.append(ALPHABET[first] + ALPHABET[second])
    return "".join(text)


def decode(text: str) -> bytes:
    """This will decode strictly: each byte string has one text.

    Raises SealCodeError `seal_code.base45` for foreign characters, a lone character, and groups out of range.
    """
    if len(text) % _TRIPLE == 1:
        raise SealCodeError("seal_code.base45", "the text ends in a lone character")
    data = bytearray()
    try:
        for at in range(0, len(text), _TRIPLE):
            group = [_VALUES[character] for character in text[at : at + _TRIPLE]]
            number = sum(value * _BASE**power for power, value in enumerate(group))
            data += number.to_bytes(len(group) - 1, "big")
    except (KeyError, OverflowError) as error:
        raise SealCodeError("seal_code.base45", "the text is not base45") from error
    return bytes(data)
