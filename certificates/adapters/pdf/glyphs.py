"""Which characters of a text cannot be printed truthfully: a licence with an empty box for a name must never leave."""

import unicodedata
from collections.abc import Iterable

from certificates.adapters.pdf.fonts import covered_code_points

# Control, format (bidi overrides, zero width), surrogate, private-use and unassigned characters, line and paragraph
# separators: either invisible or without an agreed shape, whatever a font's table says about them.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def missing_glyphs(texts: Iterable[str]) -> tuple[str, ...]:
    """This will list the code points ("U+E000", sorted) that no font of ours draws or that have no visible shape."""
    covered = covered_code_points()
    characters = {character for text in texts for character in text}
    missing = {c for c in characters if unicodedata.category(c) in _UNPRINTABLE or ord(c) not in covered}
    return tuple(f"U+{ord(character):04X}" for character in sorted(missing))
