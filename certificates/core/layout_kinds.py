"""What a licence type may say of its looks: paper, colours, frame, and a template of its own in the typesetter's language."""

import re
from enum import StrEnum
from typing import Final

from certificates.core.errors import LicenceTypeError

MAX_TEMPLATE_BYTES: Final = 32 * 1024  # ours take 3 KiB; what two pages need without hiding a program in them
TEMPLATE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.v[0-9]{1,4}\.typ", re.ASCII)
TEMPLATE_FIRST_LINE: Final = '#import "/huzheng.typ": *'

# Words by which a template could reach a file, a package of the network, or run text as code. `std` would give the rest by
# another name. A template that cannot name them has the common library and the values, and nothing else. Only a letter makes
# another word of one: what joins words in code (`-`, `_`, a digit) is an operator or a number elsewhere, as in `0 -eval("1")`.
_REFUSED_WORDS: Final = re.compile(r"(?<![A-Za-z])(?:import|include|eval|std|plugin)(?![A-Za-z])")


class Paper(StrEnum):
    """This will name the forms a licence is printed in: A4 297 mm x 210 mm or upright, or a card of 85.6 mm x 54 mm (ISO/IEC 7810 ID-1)."""

    A4_LANDSCAPE = "a4-landscape"
    A4_PORTRAIT = "a4-portrait"
    CARD = "card"


class Theme(StrEnum):
    """This will name the colours of frame, background and letters."""

    GOLD = "gold"
    GREEN = "green"
    BLUE = "blue"
    RED = "red"
    VIOLET = "violet"


class FrameStyle(StrEnum):
    """This will name the border: `woven` with medallions as on share certificates, `lattice` of waves, `rule` of fine lines, or none."""

    WOVEN = "woven"
    LATTICE = "lattice"
    RULE = "rule"
    NONE = "none"


def check_template(source: str) -> None:
    """This will refuse a template that is too long (32 KiB of UTF-8) or could reach more than the common library.

    Raises LicenceTypeError `licence_type.template`.
    """
    first, _, rest = source.partition("\n")
    if first.rstrip("\r") != TEMPLATE_FIRST_LINE:
        raise LicenceTypeError("licence_type.template", f"a template begins with {TEMPLATE_FIRST_LINE}")
    if len(source.encode("utf-8")) > MAX_TEMPLATE_BYTES:
        raise LicenceTypeError("licence_type.template", "a template has 32 KiB at most")
    if _REFUSED_WORDS.search(rest):
        raise LicenceTypeError(
            "licence_type.template", "a template holds no import but the first, nor include, eval, std or plugin"
        )
