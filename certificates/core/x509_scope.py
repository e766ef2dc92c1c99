"""The private extension that says for which region and licence types an agency's key may sign.

    LicenceScope ::= SEQUENCE {
        region        PrintableString,              -- GB/T 2260, six digits
        licenceTypes  SEQUENCE (SIZE (1..100)) OF UTF8String }   -- ascending, none twice

Not critical: PDF readers and other X.509 software would refuse a certificate with a critical extension that they do not
know, while our own verifier refuses one without it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from asn1crypto import core

from certificates.core.der import PRINTABLE_STRING, UTF8_STRING, primitive, read_der, sequence
from certificates.core.errors import CanonicalError, IssueError, X509Error

# The arc under 2.25 needs no registration (ITU-T X.667): it is the number of a random UUID.
LICENCE_SCOPE: Final = "2.25.159842482697675870289494344749204277002"

MAX_LICENCE_TYPES: Final = 100  # 100 codes of 21 characters leave a certificate within its 4 KiB

_TYPE_CODE: Final = re.compile(r"[0-9A-Za-z._-]{1,64}", re.ASCII)
_MAX_BYTES: Final = 8192  # more than a certificate; 100 licence types take 2.3 KiB


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceScope:
    """This will hold what a certificate lets its agency sign."""

    region_code: str
    licence_types: frozenset[str]


def scope_value(*, region_code: str, licence_types: Iterable[str]) -> bytes:
    """This will give the extension's value (DER). Raises IssueError `issue.scope` for no types, too many or strange ones."""
    codes = sorted(set(licence_types))
    if not 1 <= len(codes) <= MAX_LICENCE_TYPES or any(_TYPE_CODE.fullmatch(code) is None for code in codes):
        raise IssueError("issue.scope", "a certificate is for 1 to 100 licence types with codes of the agreed form")
    listed = core.SequenceOf([core.UTF8String(code) for code in codes], spec=core.UTF8String)
    value: bytes = _Scope({"region": region_code, "licence_types": listed}).dump()
    return value


def read_scope(value: bytes) -> LicenceScope:
    """This will read the extension's value. Raises X509Error `issuer.scope` where it has another form."""
    try:
        region, listed = sequence(read_der(value, max_bytes=_MAX_BYTES), least=2, most=2)
        items = sequence(listed, least=1, most=MAX_LICENCE_TYPES)
        codes = [primitive(item, UTF8_STRING).decode("utf-8") for item in items]
        region_code = primitive(region, PRINTABLE_STRING).decode("ascii")
    except CanonicalError as error:
        raise X509Error("issuer.scope", "the certificate does not say what it is for in the agreed form") from error
    if codes != sorted(set(codes)):
        raise X509Error("issuer.scope", "the certificate does not say what it is for in the agreed form")
    return LicenceScope(region_code=region_code, licence_types=frozenset(codes))


class _Scope(core.Sequence):  # type: ignore[misc]  # the library has no types
    """This will be the ASN.1 of the extension."""

    _fields = [
        ("region", core.PrintableString),
        ("licence_types", core.SequenceOf, {"spec": core.UTF8String}),
    ]
