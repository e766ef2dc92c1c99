"""The certificate that a CA gave for a pending issue key, and the key's beginning."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from certificates.core.errors import IssueError
from certificates.core.x509_crl import read_crl
from certificates.core.x509_issued import check_issued_certificate
from certificates.core.x509_read import X509Certificate, read_certificate
from certificates.models import IssuerKey, KeyState, RegionCa
from certificates.services.activate_due_keys import activate_key
from certificates.services.request_issuer_certificate import request_for


def import_issuer_certificate(*, kid: str, chain: Sequence[bytes], from_at: datetime, at: datetime) -> bool:
    """This will commit the certificate (DER, leaf first) of a pending key if every verifier would take it at `from_at`.

    From then on the key is in force: at once where `from_at` has come, which retires the agency's present key; otherwise
    it stays pending, is published with its beginning, and `activate_due_keys` makes it active. True where it is active now.
    Raises IssueError `issue.key_state` (no such pending key, or it begins in the past), `issue.certificate_revoked` (its CA's
    kept list names it), X509Error (`check_issued_certificate`).
    """
    with transaction.atomic():
        # Before the key, as `import_revocation_list` locks: neither a list nor a certificate passes the other unseen.
        cas = tuple(RegionCa.objects.select_for_update().order_by("pk"))
        row = IssuerKey.objects.select_for_update(of=("self",)).filter(kid=kid, state=KeyState.PENDING).first()
        if row is None or row.chain_der:
            raise IssueError("issue.key_state", "no pending key of this id waits for a certificate")
        if from_at < at:
            raise IssueError("issue.key_state", "a key cannot begin in the past")
        good = [ca for ca in cas if ca.from_at is not None and ca.compromised_at is None]
        leaf = check_issued_certificate(
            request=request_for(row), chain=chain, cas=[b64decode(ca.certificate_der) for ca in good], at=from_at
        )
        _require_not_revoked(leaf, good)
        row.chain_der = [b64encode(leaf.der).decode("ascii")]
        row.from_at = from_at
        row.save(update_fields=["chain_der", "from_at"])
        if from_at > at:
            return False
        activate_key(row=row, at=at)
    return True


def _require_not_revoked(leaf: X509Certificate, cas: Sequence[RegionCa]) -> None:
    for ca in cas:
        if ca.crl_der is None:
            continue
        kept = read_crl(bytes(ca.crl_der), ca=read_certificate(b64decode(ca.certificate_der)))
        if kept.covers(leaf) and leaf.serial_number in kept.by_serial:
            raise IssueError("issue.certificate_revoked", "the CA has revoked this certificate: ask it for another one")
