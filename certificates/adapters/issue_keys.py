"""Agencies' issue keys as signing handles: each signs credentials, seal codes and documents against one-shot tokens, and nothing else.

A handle holds what it is to sign against the token, tells its kind from the bytes (a JWS of a credential, a COSE Sig_structure, the DER
of a PDF's CMS signed attributes or of an electronic seal's TBS_Sign), spends the token in the database, and only then signs. There is no way to
sign without a token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto.csr import CertificationRequestInfo
from django.conf import settings

from certificates.adapters.issue_token_row import spend_token
from certificates.adapters.key_store import KeptKey, create_key, kept_key
from certificates.adapters.typed_signing import is_file_attributes, is_to_be_sealed, stated_typ
from certificates.core.crypto_profile import profile
from certificates.core.errors import CredentialError
from certificates.core.issue_token import IssueToken, Output, require_fit
from certificates.core.sd_jwt_format import TYP
from certificates.core.signing.registry import ES256

# The use of an agency's key -> the purpose it is kept under.
_PURPOSES: Final = {"credential": "issue", "document": "document", "seal": "issue"}
_USES: Final = {
    Output.CREDENTIAL: "credential",
    Output.SEAL_CODE: "credential",
    Output.SEAL: "seal",  # the key of credentials, by a handle of its own: OFD is sealed with SM2, PDF signed with P-256
    Output.DOCUMENT: "document",
}
# RFC 9052 section 4.4: an array of four, whose first item is the text "Signature1".
_COSE_START = b"\x84\x6aSignature1"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSigner:
    """This will sign what a token was granted for, once; it names its key for laying out the bytes."""

    kid: str
    suite: str
    use: str

    def sign(self, outputs: Mapping[Output, bytes], *, token: IssueToken, at: datetime) -> dict[Output, bytes]:
        """This will spend the token and give the raw r || s signature of every output that it names.

        Raises IssueError `issue.token_*`, CredentialError `key.purpose` for bytes of another kind than their output,
        KeyUnavailableError (the token is spent then: a new one may be granted for the same bytes once it has expired).
        """
        fitting = require_fit(token, kid=self.kid, outputs=outputs, at=at)
        for output, data in outputs.items():
            if _USES[output] != self.use or not _is_kind(output, data):
                raise CredentialError("key.purpose", "a key signs its own outputs only, each as what it is")
        key = _kept(self.kid, self.use)
        spend_token(fitting, at=at)
        return {output: _signed(key, data) for output, data in outputs.items()}


def _is_kind(output: Output, data: bytes) -> bool:
    if output is Output.CREDENTIAL:
        return stated_typ(data) == TYP
    if output is Output.SEAL:
        return is_to_be_sealed(data)
    return is_file_attributes(data) if output is Output.DOCUMENT else data.startswith(_COSE_START)


def create_issue_key(*, use: str) -> KeptKey:
    """This will make and keep a new key for "credential" (the profile's suite) or "document" (P-256: PDF takes no SM2)."""
    suite = profile(settings.NODE.profile).suite if use == "credential" else ES256.name
    return create_key(purpose=_PURPOSES[use], suite=suite)


def issue_signer(*, kid: str) -> IssueSigner:
    """This will give the handle that signs credentials (JOSE) and seal codes (COSE); raises CipherError `cipher.no_key`."""
    return _handle(kid, "credential")


def document_signer(*, kid: str) -> IssueSigner:
    """This will give the handle that signs the attributes of documents (CMS); raises CipherError `cipher.no_key`."""
    return _handle(kid, "document")


def seal_signer(*, kid: str) -> IssueSigner:
    """This will give the handle that seals files (TBS_Sign) with the key of credentials; raises CipherError `cipher.no_key`."""
    return _handle(kid, "seal")


def _handle(kid: str, use: str) -> IssueSigner:
    return IssueSigner(kid=kid, suite=_kept(kid, use).suite, use=use)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSigner:
    """This will sign a request for the X.509 certificate of a key with that key (RFC 2986); it is a `Signer` of certificates.core.

    The one thing that an issue key signs without a token: nothing is stated but that its holder asks for a certificate of it.
    """

    kid: str
    suite: str
    use: str

    def sign(self, data: bytes) -> bytes:
        """This will give the raw r || s signature; raises CredentialError `key.purpose` for all but a request for this key."""
        key = _kept(self.kid, self.use)
        try:
            info = CertificationRequestInfo.load(data, strict=True)
            asked = info["subject_pk_info"].dump()
        except (ValueError, TypeError) as error:
            raise CredentialError("key.purpose", "this handle signs requests for certificates only") from error
        if info.dump(force=True) != data or asked != key.spki:
            raise CredentialError("key.purpose", "this handle signs requests for its own certificate only")
        return _signed(key, data)


def request_signer(*, kid: str, use: str) -> RequestSigner:
    """This will give the handle that signs a request for the key's own certificate; raises CipherError `cipher.no_key`."""
    return RequestSigner(kid=kid, suite=_kept(kid, use).suite, use=use)


def held_issue_key(*, use: str, kid: str) -> bytes:
    """This will give the public half (DER SubjectPublicKeyInfo) of a key whose private half is kept here.

    Raises CipherError `cipher.no_key|mismatch`.
    """
    return _kept(kid, use).spki


def _kept(kid: str, use: str) -> KeptKey:
    return kept_key(kid=kid, purpose=_PURPOSES[use])


def _signed(key: KeptKey, data: bytes) -> bytes:
    return key.sign(data, most_a_minute=settings.NODE.issue_key_rate)
