"""Does everything balance one to one: licence, signature, issue entry, status entries, document."""

import hashlib
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from certificates.adapters.document_store import stored_files
from certificates.core.canonical import b64url_decode_strict
from certificates.core.event_leaf import event_leaf
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.status_list import Status, decode
from certificates.models import (
    Certificate,
    CertificateEvent,
    Document,
    IssueIntent,
    StatusEntry,
    StatusToken,
)
from certificates.services.document_kinds import kinds_of_licences
from certificates.services.finish_intents import finish_intents
from certificates.services.sign_certificate import trusted_key
from verification.services.audit_log import audit_log
from verification.services.publish_log import publish_log

STATUS = {"valid": Status.VALID, "suspended": Status.SUSPENDED, "revoked": Status.INVALID, "superseded": Status.INVALID}


def recover(*, at: datetime) -> None:
    """What the node does by itself after a restart: the sweeper, and the publisher of the log."""
    finish_intents(at=at)
    finish_intents(at=at)
    publish_log(at=at)


def balanced(row: Certificate, *, state: str) -> None:
    """One licence: its row, its one signature, its one issue entry, its two status entries, one document of each kind."""
    assert row.state == state
    assert row.issuer_key is not None
    verify_credential(f"{row.credential_jwt}~", key=trusted_key(row.issuer_key))
    events = list(CertificateEvent.objects.filter(certificate=row).order_by("pk"))
    digest = hashlib.sha256(row.credential_jwt.encode()).digest()
    assert [event.kind for event in events].count("event.issued") == 1
    for event in events:
        assert bytes(event.leaf) == event_leaf(kind=event.kind, credential_sha256=digest, at=event.at)
        assert event.log_index is not None
    assert row.released_at is not None
    entries = {entry.purpose: entry for entry in StatusEntry.objects.filter(certificate=row)}
    assert {purpose: entry.value for purpose, entry in entries.items()} == dict.fromkeys(
        ("credential", "seal"), int(STATUS[state])
    )
    for entry in entries.values():
        assert published(entry.status_list_id, entry.index) == entry.value
    intent = IssueIntent.objects.get(certificate=row)
    assert (intent.stage, intent.sealed_bytes) == ("stored", None)
    assert Document.objects.filter(certificate=row).count() == len(kinds_of_licences())


def whole(ledger: Path) -> None:
    """The node as a whole: nothing left over on any side, and no signature of a licence that nobody knows of."""
    issued = Certificate.objects.exclude(credential_jwt="")
    assert Certificate.objects.count() == IssueIntent.objects.count() == issued.count()
    assert CertificateEvent.objects.filter(kind="event.issued").count() == issued.count()
    assert StatusEntry.objects.count() == 2 * Certificate.objects.count()
    assert audit_log(at=max(Certificate.objects.values_list("created_at", flat=True))).findings == ()
    assert signatures(ledger, "issue") >= {
        hashlib.sha256(jwt.rpartition(".")[0].encode()).hexdigest()
        for jwt in issued.values_list("credential_jwt", flat=True)
    }
    # Each licence has exactly two sets of signed bytes, credential and seal code, however often it was cut off.
    assert len(signatures(ledger, "issue")) == 2 * issued.count()


def signatures(ledger: Path, purpose: str) -> set[str]:
    """The SHA-256 of everything that keys of a purpose have signed."""
    lines = [json.loads(line) for line in ledger.read_text().splitlines()]
    return {sha256 for kept_for, sha256 in lines if kept_for == purpose}


def files_are_documents() -> None:
    """Every stored file is that of a document that is ready, and the other way about."""
    ready = Counter(Document.objects.filter(state="ready").values_list("stored_name", flat=True))
    assert Counter(stored_files()) == ready


def published(list_id: int, index: int) -> int:
    """What the newest signed version of a list says of an index."""
    newest = StatusToken.objects.filter(status_list=list_id).order_by("-iat")[0]
    listed = json.loads(b64url_decode_strict(newest.token.split(".")[1]))["status_list"]
    return decode(listed["lst"], bits=listed["bits"]).get(index)
