"""Third step of issuing: signing exactly the stored bytes, outside any transaction, and reading the own signature back."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime

from certificates.adapters.field_cipher import decrypt
from certificates.adapters.issue_keys import issue_signer
from certificates.core.errors import CertificatesError, IssueError
from certificates.core.grains import Grain
from certificates.core.issue_token import IssueToken, Output
from certificates.core.prepared_issue import PreparedIssue, unpack_prepared
from certificates.core.sd_jwt import PreparedCredential, finish, present
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.seal_code import seal_code_from, verify_seal_code
from certificates.core.seal_content import seal_to_json
from certificates.core.sealed_places import certificate_subject, place
from certificates.core.signing.registry import suite
from certificates.core.signing.suite import TrustedKey
from certificates.core.x509_read import read_certificate
from certificates.models import IssueIntent, IssuerKey, KeyState
from certificates.services.grant_issue_token import grant_issue_token
from certificates.services.prepare_certificate import outputs_of, require_not_stopped
from certificates.services.require_key_in_force import require_key_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIssue:
    """This will hold the issuer-signed JWT and the text of the printed code, with what they were made from."""

    prepared: PreparedIssue = field(repr=False)
    credential_jwt: str
    seal_code: str = field(repr=False)


def sign_certificate(*, intent: IssueIntent, token: IssueToken | None, at: datetime) -> SignedIssue | None:
    """This will sign what the intent holds, against its token, and commit nothing but that the token is spent.

    Without a token (a crash lost it) it asks for a new one for the same bytes; None while another may be signing them.
    Raises IssueError `issue.key_*|signed_other_bytes|token_*`, CipherError, CredentialError, SealCodeError.
    """
    prepared = stored_prepared(intent)
    row = signing_key(prepared, at=at)
    outputs = outputs_of(prepared, key=row)
    token = token or grant_issue_token(intent=intent, kid=row.kid, outputs=outputs, at=at)
    return None if token is None else sign_prepared(prepared, key=row, token=token, at=at)


def signing_key(prepared: PreparedIssue, *, at: datetime) -> IssuerKey:
    """This will give the key that prepared bytes name, where it may sign them now; raises IssueError `issue.key_*`."""
    row = IssuerKey.objects.get(kid=prepared.kid)
    _require_may_sign(row, prepared.iat)
    require_key_in_force(key=row, at=at)  # its certificate may have ended since the bytes were prepared
    require_not_stopped(row)
    return row


def sign_prepared(prepared: PreparedIssue, *, key: IssuerKey, token: IssueToken, at: datetime) -> SignedIssue:
    """This will sign prepared bytes against their token and read the signatures back; raises as `sign_certificate`."""
    signatures = issue_signer(kid=key.kid).sign(outputs_of(prepared, key=key), token=token, at=at)
    signed = SignedIssue(
        prepared=prepared,
        credential_jwt=finish(
            PreparedCredential(signing_input=prepared.signing_input, disclosures=prepared.disclosures),
            signatures[Output.CREDENTIAL],
        ).jwt,
        seal_code=seal_code_from(prepared.seal, key=key, signature=signatures[Output.SEAL_CODE]),
    )
    _compare(signed, trusted_key(key))
    return signed


def _require_may_sign(row: IssuerKey, iat: int) -> None:
    if row.state == KeyState.COMPROMISED:
        raise IssueError("issue.key_compromised", "the key was compromised before the licence was signed")
    # A key that was retired in between still signs what was prepared while it was in force, and nothing that came after.
    stated = datetime.fromtimestamp(iat, UTC)
    begun = row.from_at is not None and row.from_at.replace(microsecond=0) <= stated
    if row.state == KeyState.PENDING or not begun or (row.to_at is not None and stated >= row.to_at):
        raise IssueError("issue.key_not_in_force", "the key is not in force at the time that the licence states")


def stored_prepared(intent: IssueIntent) -> PreparedIssue:
    """This will open the bytes to sign of an intent; raises CipherError, IssueError `issue.prepared`."""
    data = decrypt(
        intent.sealed_bytes,
        subject=certificate_subject(intent.certificate_id),
        place=place("IssueIntent", intent.certificate_id, "sealed_bytes"),
    )
    return unpack_prepared(data)


def trusted_key(row: IssuerKey) -> TrustedKey:
    """This will give the public key of an agency's X.509 certificate."""
    spki = read_certificate(base64.b64decode(row.chain_der[0])).spki
    return TrustedKey(kid=row.kid, suite=row.suite, public_key=suite(row.suite).load_public_key(spki))


def _compare(signed: SignedIssue, key: TrustedKey) -> None:
    """This will verify as any verifier would: what was signed must be, to the byte, what was linted and stored."""
    prepared = signed.prepared
    whole = [text for name, text in prepared.disclosures.items() if name.grain is Grain.FULL]
    try:
        verify_credential(present(signed.credential_jwt, whole), key=key)
        read = verify_seal_code(signed.seal_code, resolve_key=lambda _: key)
    except CertificatesError as error:
        raise IssueError("issue.signed_other_bytes", "the signature is not one over what was stored") from error
    signing_input = signed.credential_jwt.rpartition(".")[0].encode("ascii")
    if signing_input != prepared.signing_input or seal_to_json(read) != seal_to_json(prepared.seal):
        raise IssueError("issue.signed_other_bytes", "what was signed is not what was stored to be signed")
