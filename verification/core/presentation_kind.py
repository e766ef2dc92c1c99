"""What was scanned or pasted: told by its beginning, and the region it points to, read before anything is trusted."""

from typing import Final

from certificates.core import presentation_code, seal_code
from certificates.core.canonical import strict_json_loads
from certificates.core.errors import CanonicalError, CredentialError, PresentationError, SealCodeError
from certificates.core.sd_jwt_format import MAX_SD_JWT_CHARS
from certificates.core.signing.jws import split_jws
from verification.core.errors import MessageError, VerificationError
from verification.core.evidence import InputKind

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
