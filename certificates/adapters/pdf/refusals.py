"""How the library's failures on hostile bytes become named refusals, and the limits set before it reads any."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, MiB, StreamDecodeLimits
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfDecodeLimitError, PdfError
from pyhanko_certvalidator.errors import CRLValidationError, OCSPValidationError, PathError, ValidationError

from certificates.core.errors import DocumentError

MAX_DOCUMENT_BYTES: Final = 10 * MiB  # a licence of several pages with its fonts takes under 1 MiB
MAX_PAGES: Final = 50  # a licence has one to three
MAX_OBJECTS: Final = 20_000  # a licence has some hundred; each is visited once
LIMITS: Final = DecodeLimits(  # a deflate bomb of 10 GB ends at 16 MiB for a stream, 32 for all
    per_stream=StreamDecodeLimits(max_ratio=200, ratio_floor=MiB, max_output_size=16 * MiB),
    document_budget=DocumentDecodeBudget(base_allowance=32 * MiB, max_ratio=8),
)

# pyHanko walks objects of any shape with plain Python: a dictionary where it expects an array, a name for a number, a
# loop of references or a broken CMS surface as these built-in errors, besides its own PdfError. None of them can stand
# for a fault of ours that hides: the code inside `refusing` only reads the document, and the outcome is a refusal.
# `cryptography` and the validator of paths have errors of their own for certificates and lists that nobody would issue.
PARSER_FAILURES: Final = (
    PdfError,
    ValidationError,
    PathError,
    CRLValidationError,
    OCSPValidationError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.UnsupportedGeneralNameType,
    x509.AttributeNotFound,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,  # includes UnicodeError, binascii.Error, and asn1crypto's and pyHanko's validation errors
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RuntimeError,  # includes RecursionError and NotImplementedError
    ArithmeticError,
    OSError,  # seeks before the start of the file
)


def item(dictionary: DictionaryObject, key: str, default: object = None) -> Any:
    """This will read an entry with references followed: the library's `get` would hand out the reference itself."""
    try:
        return dictionary[key]
    except KeyError:
        return default


@contextmanager
def refusing(code: str, message: str) -> Iterator[None]:
    """This will turn a parser's failure inside the block into DocumentError `code`; decode limits become `limit.decode`."""
    try:
        yield
    except DocumentError:
        raise
    except PdfDecodeLimitError as error:
        raise DocumentError("limit.decode", "the document unpacks to more than is accepted") from error
    except PARSER_FAILURES as error:
        raise DocumentError(code, message) from error
