"""Agencies' issue keys as signing handles: each signs credentials and seal codes, or documents, and nothing else.

What a handle will sign is told from the first bytes: a JWS of a credential, a COSE Sig_structure, or the DER of CMS signed
attributes. So no statement of another kind can be had from an issue key by a mistake elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certificates.adapters.key_store import kid_of_private, load_private_key, store_private_key
from certificates.adapters.typed_signing import stated_typ
from certificates.core.errors import CredentialError
from certificates.core.sd_jwt_format import TYP
from certificates.core.signing.registry import ES256

_PURPOSE = "issue"
# RFC 9052 section 4.4: an array of four, whose first item is the text "Signature1".
_COSE_START = b"\x84\x6aSignature1"
_DER_SET = b"\x31"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSigner:
    """This will sign the bytes of an issue intent; it is a `Signer` of certificates.core."""

    kid: str
    suite: str = ES256.name

    def sign(self, data: bytes) -> bytes:
        """This will give the raw r || s signature; raises CredentialError `key.purpose` for any other kind of bytes."""
        if not data.startswith(_COSE_START) and stated_typ(data) != TYP:
            raise CredentialError("key.purpose", "an issue key signs credentials and seal codes only")
        return ES256.sign(load_private_key(name=self.kid, purpose=_PURPOSE), data)


def create_issue_key() -> tuple[str, ec.EllipticCurvePublicKey]:
    """This will make and keep a new P-256 issue key, and give its kid and public half."""
    private_key = ec.generate_private_key(ec.SECP256R1())
    kid = kid_of_private(private_key)
    store_private_key(name=kid, purpose=_PURPOSE, private_key=private_key)
    return kid, private_key.public_key()


def issue_signer(*, kid: str) -> IssueSigner:
    """This will give the handle that signs credentials (JOSE) and seal codes (COSE)."""
    return IssueSigner(kid=kid)


def pdf_sign_raw(*, kid: str) -> Callable[[bytes], bytes]:
    """This will give the handle that signs CMS signed attributes and answers in DER (RFC 3279)."""

    def sign(data: bytes) -> bytes:
        if not data.startswith(_DER_SET):
            raise CredentialError("key.purpose", "this handle signs the attributes of a document only")
        raw = ES256.sign(load_private_key(name=kid, purpose=_PURPOSE), data)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))

    return sign
