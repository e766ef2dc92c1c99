"""Agencies' issue keys as signing handles: one kind signs credentials and seal codes, the other files, and nothing else.

What a handle will sign is told from the first bytes: a JWS of a credential, a COSE Sig_structure, or the DER of CMS signed
attributes. So no statement of another kind can be had from an issue key by a mistake elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.conf import settings

from certificates.adapters.key_store import KeptKey, create_key, kept_key
from certificates.adapters.typed_signing import stated_typ
from certificates.core.crypto_profile import profile
from certificates.core.errors import CredentialError
from certificates.core.sd_jwt_format import TYP
from certificates.core.signing.registry import ES256

# The use of an agency's key -> the purpose it is kept under.
_PURPOSES: Final = {"credential": "issue", "document": "document"}
# RFC 9052 section 4.4: an array of four, whose first item is the text "Signature1".
_COSE_START = b"\x84\x6aSignature1"
_DER_SET = b"\x31"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSigner:
    """This will sign the bytes of an issue intent; it is a `Signer` of certificates.core."""

    kid: str
    suite: str

    def sign(self, data: bytes) -> bytes:
        """This will give the raw r || s signature.

        Raises CredentialError `key.purpose` for any other kind of bytes, KeyUnavailableError.
        """
        if not data.startswith(_COSE_START) and stated_typ(data) != TYP:
            raise CredentialError("key.purpose", "an issue key signs credentials and seal codes only")
        return _signed(_kept(self.kid, "credential"), data)


def create_issue_key(*, use: str) -> KeptKey:
    """This will make and keep a new key for "credential" (the profile's suite) or "document" (P-256: PDF takes no SM2)."""
    suite = profile(settings.NODE.profile).suite if use == "credential" else ES256.name
    return create_key(purpose=_PURPOSES[use], suite=suite)


def issue_signer(*, kid: str) -> IssueSigner:
    """This will give the handle that signs credentials (JOSE) and seal codes (COSE); raises CipherError `cipher.no_key`."""
    return IssueSigner(kid=kid, suite=_kept(kid, "credential").suite)


def pdf_sign_raw(*, kid: str) -> Callable[[bytes], bytes]:
    """This will give the handle that signs CMS signed attributes and answers in DER (RFC 3279)."""

    def sign(data: bytes) -> bytes:
        if not data.startswith(_DER_SET):
            raise CredentialError("key.purpose", "this handle signs the attributes of a document only")
        raw = _signed(_kept(kid, "document"), data)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))

    return sign


def held_issue_key(*, use: str, kid: str) -> bytes:
    """This will give the public half (DER SubjectPublicKeyInfo) of a key whose private half is kept here.

    Raises CipherError `cipher.no_key|mismatch`.
    """
    return _kept(kid, use).spki


def _kept(kid: str, use: str) -> KeptKey:
    return kept_key(kid=kid, purpose=_PURPOSES[use])


def _signed(key: KeptKey, data: bytes) -> bytes:
    return key.sign(data, most_a_minute=settings.NODE.issue_key_rate)
