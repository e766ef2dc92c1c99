"""Where the draft's own examples of status lists are, and how to read them."""

import re

from tests import published_vectors

FOLDER = published_vectors.FOLDER / "status-list"

# The key of all examples, as the draft prints it.
DRAFT_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo",
    "y": "6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M",
}


def text(name: str) -> str:
    """A vector's text without the line breaks of the page it was printed on."""
    return re.sub(r"\s+", "", (FOLDER / name).read_text("utf-8"))


def coded(name: str) -> str:
    """What follows the words that introduce an encoding."""
    return text(name).rpartition("encoded:")[2]


def diagnosed(name: str) -> bytes:
    """The bytes of a vector in CBOR diagnostic form: hexadecimal before each comment."""
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return bytes.fromhex("".join(line.partition("#")[0].replace(" ", "") for line in lines))
