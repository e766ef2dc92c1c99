"""What was scanned or pasted: told by its beginning, and the region it points to, read before anything is trusted."""

from typing import Final

from certificates.core import presentation_code, seal_code
from certificates.core.canonical import b64url, strict_json_loads
from certificates.core.errors import CanonicalError, CredentialError, PresentationError, SealCodeError
from certificates.core.sd_jwt_format import MAX_SD_JWT_CHARS
from certificates.core.sd_jwt_verify import unverified_header
from certificates.core.signing.jws import split_jws
from certificates.core.signing.suite import kid_of
from verification.core.errors import MessageError, VerificationError
from verification.core.evidence import InputKind
from verification.core.x509_path import spki_of_leaf

UNREADABLE: Final = "presentation.unreadable"


def kind_of(text: str) -> InputKind | None:
    """This will name the kind of a text, or give None for one that is nothing of ours."""
    if text.startswith(f"{presentation_code.PREFIX}:"):
        return InputKind.CODE
    if text.startswith(seal_code.PREFIX):
        return InputKind.SEAL_CODE
    return InputKind.SD_JWT if "~" in text else None


def claimed_region(text: str) -> str:
    """This will give the region that a text claims to be of, only to find the keys that may prove it.

    Raises MessageError `presentation.unreadable`, or the refusal of its kind for a text that cannot be taken apart.
    """
    kind = kind_of(text)
    if kind is InputKind.CODE:
        return presentation_code.parse_code(text).region
    if kind is InputKind.SEAL_CODE:
        return seal_code.unverified_region(text)
    if kind is InputKind.SD_JWT:
        return _region_of_credential(text)
    raise MessageError(UNREADABLE, "the text is no code, seal code or credential")


def claimed_region_or_code(text: str) -> tuple[str | None, str | None]:
    """This will give the claimed region, or the code of the refusal."""
    try:
        return claimed_region(text), None
    except (PresentationError, SealCodeError, CredentialError, CanonicalError, VerificationError) as error:
        return None, error.code


def claimed_kid(text: str) -> str | None:
    """This will give the kid of the key that a signed text says it was signed with, only to find that key; None for other texts."""
    try:
        if kind_of(text) is InputKind.SEAL_CODE:
            return b64url(seal_code.unverified_kid(text))
        if kind_of(text) is InputKind.SD_JWT:
            return kid_of(spki_of_leaf(unverified_header(text).x5c[0]))
    except (SealCodeError, CredentialError, CanonicalError, VerificationError):
        return None
    return None


def _region_of_credential(text: str) -> str:
    head = text.partition("~")[0]
    if not head.isascii():
        raise CredentialError("credential.malformed", "the text holds a character that is not ASCII")
    claims = strict_json_loads(
        split_jws(head.encode("ascii"), max_bytes=MAX_SD_JWT_CHARS).payload, max_bytes=MAX_SD_JWT_CHARS
    )
    region = claims.get("region") if isinstance(claims, dict) else None
    if not isinstance(region, str):
        raise CredentialError("credential.claims", "the credential names no region")
    return region
