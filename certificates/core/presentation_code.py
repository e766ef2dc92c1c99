"""The text of a presentation code: `HZP1:<region>:<token>`, opaque, and worth nothing after a minute or a use."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from certificates.core.errors import PresentationError

PREFIX: Final = "HZP1"
TOKEN_CHARS: Final = 26  # of base32: 130 bits
_RANDOM_BYTES: Final = 17
_TOKEN: Final = re.compile(rf"[A-Z2-7]{{{TOKEN_CHARS}}}", re.ASCII)
_REGION: Final = re.compile(r"[1-9][0-9]0000", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedCode:
    """This will hold what a code says: the issuing region and SHA-256 of its token."""

    region: str
    token_digest: bytes


def new_token(*, random: Callable[[int], bytes]) -> str:
    """This will make a token of 26 characters of base32 from `random(n)`, n unpredictable bytes."""
    return base64.b32encode(random(_RANDOM_BYTES)).decode("ascii")[:TOKEN_CHARS]


def code_text(*, region: str, token: str) -> str:
    """This will give the text that the QR image holds: upper case only, which makes a smaller image."""
    return f"{PREFIX}:{region}:{token}"


def token_digest(token: str) -> bytes:
    """This will give what is stored of a token; 130 random bits need no salt."""
    return hashlib.sha256(token.encode("ascii")).digest()


def parse_code(text: str) -> ParsedCode:
    """This will read a code strictly; raises PresentationError `code.malformed` (truncated, lower case, anything else)."""
    prefix, region, token = [*text.split(":", 2), "", ""][:3]
    if prefix != PREFIX or not _REGION.fullmatch(region) or not _TOKEN.fullmatch(token):
        raise PresentationError("code.malformed", "the text is not a whole presentation code")
    return ParsedCode(region=region, token_digest=token_digest(token))
