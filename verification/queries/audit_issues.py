"""Do licences, signatures and issue entries stand one to one: none without the others, none twice."""

import hashlib
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from django.db.models import Count, Exists, OuterRef, QuerySet

from certificates.core.canonical import b64url_decode_strict
from certificates.core.errors import CanonicalError, CredentialError
from certificates.core.signing.registry import suite
from certificates.models import Certificate, CertificateEvent, CertificateState, IssueIntent, IssuerKey
from verification.core.audit_report import MOST_FINDINGS, Finding

_ROWS: Final = 1000
_ISSUED = CertificateEvent.Kind.ISSUED
_UNISSUED: Final = (CertificateState.INTENT, CertificateState.FAILED)
# The sweeper takes an intent up after half a minute; after an hour people should know why it is still open.
_OPEN_AT_MOST: Final = timedelta(hours=1)


def issue_findings(*, at: datetime) -> list[Finding]:
    """This will name licences without an issue entry or a signature, signatures without a licence, what is there twice, and
    intents that nobody finishes."""
    return list(islice((*_rows(), *_doubled_events(), *_signatures(), *_open_intents(at)), MOST_FINDINGS))


def _rows() -> Iterator[Finding]:
    # Each one a single statement, so that a licence stored meanwhile is seen whole or not at all.
    issued = Exists(CertificateEvent.objects.filter(certificate=OuterRef("pk"), kind=_ISSUED))
    licences = Certificate.objects.exclude(state__in=_UNISSUED)
    yield from _named(licences.exclude(issued), "certificate.unlogged", "A licence has no issue entry.")
    yield from _named(licences.filter(credential_jwt=""), "certificate.unsigned", "A licence has no signature.")
    unissued = Certificate.objects.filter(state__in=_UNISSUED)
    yield from _named(unissued.filter(issued), "event.without_licence", "An issue entry is of no issued licence.")
    signed = unissued.exclude(credential_jwt="")
    yield from _named(signed, "signature.without_licence", "A signature is of no issued licence.")


def _named(found: "QuerySet[Certificate]", code: str, text: str) -> Iterator[Finding]:
    for _ in found[:MOST_FINDINGS]:
        yield Finding(code=code, text=text)


def _doubled_events() -> Iterator[Finding]:
    events = CertificateEvent.objects.filter(kind=_ISSUED).order_by().values("certificate")
    for _ in events.annotate(count=Count("pk")).filter(count__gt=1)[:MOST_FINDINGS]:
        yield Finding(code="event.doubled", text="A licence has two issue entries.")


def _signatures() -> Iterator[Finding]:
    """This will verify every signature under the key of its licence, and see whether two licences have the same one."""
    keys = {
        pk: (suite(name), suite(name).load_public_key(b64decode(spki)))
        for pk, name, spki in IssuerKey.objects.values_list("pk", "suite", "spki")
    }
    seen: set[bytes] = set()
    signed = Certificate.objects.exclude(credential_jwt="").order_by("pk").values_list("credential_jwt", "issuer_key")
    for jwt, key in signed.iterator(chunk_size=_ROWS):
        digest = hashlib.sha256(jwt.encode()).digest()[:16]
        if digest in seen:
            yield Finding(code="signature.doubled", text="Two licences have the same signature.")
        seen.add(digest)
        signing_input, _, signature = jwt.rpartition(".")
        try:
            chosen, public_key = keys[key]
            chosen.verify(public_key, b64url_decode_strict(signature), signing_input.encode())
        except (KeyError, CanonicalError, CredentialError):
            yield Finding(code="signature.foreign", text="A licence's signature is not one of its key.")


def _open_intents(at: datetime) -> Iterator[Finding]:
    stages = (IssueIntent.Stage.RESERVED, IssueIntent.Stage.PREPARED)
    for _ in IssueIntent.objects.filter(stage__in=stages, created_at__lt=at - _OPEN_AT_MOST)[:MOST_FINDINGS]:
        yield Finding(code="intent.open", text="An intent was neither issued nor refused for an hour.")
