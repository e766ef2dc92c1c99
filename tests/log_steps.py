"""Steps shared by the tests of the log: recorded looks, a holder with a licence, and a peer's log and witness in memory."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction

from accounts.core.caller import Caller
from accounts.core.permissions import Role
from accounts.models import Agency, Holder
from certificates.adapters.key_vault import create_subject_key, has_subject_key
from certificates.core.canonical import b64url
from certificates.core.event_leaf import event_leaf
from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import ES256
from certificates.core.signing.suite import kid_of
from certificates.models import Certificate, CertificateEvent, IssuerKey, LicenceType
from certificates.services.allot_status_entries import allot_status_entries
from verification.core.anchor_key import anchor_fingerprint, anchor_jwk
from verification.core.checkpoint import build_checkpoint, cosign
from verification.core.log_names import log_origin, witness_name
from verification.core.lookup_entry import EntryKind, parse_entry
from verification.core.merkle import CompactRange, consistency_proof, leaf_hash, root_of
from verification.core.note import NoteKey, NoteSigner, SignatureType
from verification.core.trust_keys import Purpose, Witness, node_key
from verification.core.trust_list import TrustedRegion, TrustList, payload_of, sign_trust_list, trust_list_file
from verification.models import LoadedTrustList, LogEntry, LogLeaf
from verification.services.record_lookup import RecordedLookup, Subject, record_lookup

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
PEER = "440000"
ISSUE_KEY = ES256.generate()  # what signs the licences made here
MEMBERS: Mapping[str, Any] = {
    "caller": "counter_officer:7",
    "agency.uscc": "113300000024821974",
    "agency.name": "杭州市不动产登记服务中心",
    "operator.name": "赵六",
    "operator.post": "窗口受理",
    "operator.unit": "三号窗口",
    "matter.code": "330000-realty-transfer",
    "case": "HZ2026-000123",
    "purpose": "办理不动产转移登记核验当事人婚姻状况",
    "field.person_name.masked": "张**",
    "field.citizen_id.full": "33010119900307131X",
    "verdict": {"outcome": "valid"},
}


def look(
    *,
    at: datetime = NOW,
    members: Mapping[str, Any] = MEMBERS,
    subjects: Sequence[Subject] = (),
    **changes: Any,
) -> RecordedLookup:
    values: dict[str, Any] = {
        "lookup_id": uuid4(),
        "side": "home",
        "kind": EntryKind.LOOKUP_VERIFIED,
        "caller": "counter_officer:7",
        "members": members,
        "subjects": subjects,
        "key_subject": _detail_key(subjects, at),
        "outcome": "valid",
        "at": at,
    }
    with transaction.atomic():
        return record_lookup(**(values | changes))


def _detail_key(subjects: Sequence[Subject], at: datetime) -> str:
    own = [f"certificate-{item.certificate_id}" for item in subjects]
    return own[0] if own and has_subject_key(own[0]) else f"relying-{at:%Y-%m}"


def officer(principal: str = "7") -> Caller:
    return Caller(kind=Role.COUNTER_OFFICER, principal_id=principal)


def holder_caller(holder_id: UUID) -> Caller:
    return Caller(kind=Role.HOLDER, principal_id=str(holder_id), holder_id=holder_id)


def make_holder(kind: str = "citizen") -> UUID:
    holder = Holder.objects.create(
        kind=kind, code_type="111", code_index=uuid4().bytes * 2, sealed_code=b"-", sealed_name=b"-", created_at=NOW
    )
    create_subject_key(f"holder-{holder.pk}")
    return holder.pk


def make_certificate() -> UUID:
    agency, _ = Agency.objects.get_or_create(
        uscc="113300000024821974", defaults={"name_zh": "民政局", "name_en": "Civil Affairs", "region_code": "330000"}
    )
    kind, _ = LicenceType.objects.get_or_create(
        code="marriage", version=1, defaults={"definition": {}, "digest": "0" * 64, "created_at": NOW}
    )
    certificate = Certificate.objects.create(
        licence_type=kind,
        agency=agency,
        serial=uuid4().hex,
        identifier=uuid4().hex,
        number_index=uuid4().bytes * 2,
        valid_from=date(2026, 1, 1),
        created_at=NOW,
    )
    create_subject_key(f"certificate-{certificate.pk}")
    return certificate.pk


def make_issued(*, at: datetime = NOW) -> UUID:
    """This will make a certificate that was issued, with its event waiting for the log."""
    certificate_id, signing_input = make_certificate(), f"e30.{uuid4().hex}"
    jwt = f"{signing_input}.{b64url(ES256.sign(ISSUE_KEY, signing_input.encode()))}"
    changes = {"credential_jwt": jwt, "issuer_key": _issuer_key(certificate_id), "state": "valid", "issued_at": at}
    Certificate.objects.filter(pk=certificate_id).update(**changes)
    allot_status_entries(certificate_id=certificate_id, at=at)
    make_event(certificate_id=certificate_id, leaf=leaf_of(jwt, kind="event.issued", at=at), at=at)
    return certificate_id


def _issuer_key(certificate_id: UUID) -> IssuerKey:
    spki = ES256.spki_of(ES256.public_of(ISSUE_KEY))
    agency = Certificate.objects.get(pk=certificate_id).agency
    known = {"suite": "ES256", "backend": "software", "spki": b64encode(spki).decode(), "use": "credential"}
    key, _ = IssuerKey.objects.get_or_create(
        kid=kid_of(spki), agency=agency, defaults={**known, "chain_der": [], "licence_types": [], "from_at": NOW}
    )
    return key


def kinds() -> list[EntryKind]:
    """What the entries of the log are, in its order."""
    return [parse_entry(bytes(row.leaf)).kind for row in LogEntry.objects.order_by("pk")]


def stored_leaves() -> list[bytes]:
    """The hashes of the published leaves, in their order."""
    return [bytes(item) for item in LogLeaf.objects.order_by("index").values_list("leaf_hash", flat=True)]


def leaf_of(jwt: str, *, kind: str, at: datetime) -> bytes:
    return event_leaf(kind=kind, credential_sha256=sha256(jwt.encode()).digest(), at=at)


def make_event(*, certificate_id: UUID, leaf: bytes, at: datetime = NOW) -> CertificateEvent:
    return CertificateEvent.objects.create(
        certificate_id=certificate_id, kind=CertificateEvent.Kind.ISSUED, actor="issuing_officer:1", leaf=leaf, at=at
    )


@dataclass(kw_only=True)
class Peer:
    """Another region's log and witness, all in memory."""

    region: str = PEER
    node_url: str = "https://gd.example"
    log_key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    witness_key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    leaves: list[bytes] = field(default_factory=list)

    def grow(self, count: int) -> None:
        self.leaves += [leaf_hash(b"%d" % number) for number in range(len(self.leaves), len(self.leaves) + count)]

    def note(self, *, size: int | None = None, root: bytes | None = None) -> bytes:
        size = len(self.leaves) if size is None else size
        name = log_origin(self.region)
        signer = NoteSigner(key=NoteKey(name=name, public_key=_raw(self.log_key)), sign=self.log_key.sign)
        return build_checkpoint(
            origin=name, size=size, root=root_of(self.leaves[:size]) if root is None else root, signer=signer
        )

    def proof(self, *, old_size: int, new_size: int | None = None) -> tuple[bytes, ...]:
        if old_size == 0:
            return ()
        new_size = len(self.leaves) if new_size is None else new_size
        return consistency_proof(old_size=old_size, new_size=new_size, node_at=nodes_of(self.leaves))

    @property
    def witness(self) -> NoteKey:
        return NoteKey(
            name=witness_name(self.region), public_key=_raw(self.witness_key), kind=SignatureType.COSIGNATURE_V1
        )

    def cosign(self, note: bytes, *, at: datetime = NOW) -> str:
        return cosign(note, at=at, signer=NoteSigner(key=self.witness, sign=self.witness_key.sign))

    def trusted(self) -> TrustedRegion:
        spki = self.log_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        entry = node_key(suite="Ed25519", spki=spki, valid_from=NOW - timedelta(days=30))
        return TrustedRegion(
            code=self.region,
            name_zh="广东省",
            name_en="Guangdong",
            node_url=self.node_url,
            log_origin=log_origin(self.region),
            cas=(),
            keys={Purpose.LOG: (entry,)},
            witnesses=(Witness(name=self.witness.name, vkey=self.witness.vkey),),
            licence_types=frozenset(),
        )


def trust(settings: Any, *peers: Peer, version: int = 1, expires_at: datetime = NOW + timedelta(days=90)) -> None:
    """This will load a list that trusts these peers, under an anchor of its own."""
    anchor = ec.generate_private_key(ec.SECP256R1())
    spki = anchor.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    payload = payload_of(
        TrustList(
            version=version,
            issued_at=NOW - timedelta(days=10),
            expires_at=expires_at,
            regions={peer.region: peer.trusted() for peer in peers},
        )
    )
    token = sign_trust_list(payload=payload, signer=LocalSigner(kid=kid_of(spki), suite="ES256", private_key=anchor))
    jwk = anchor_jwk(anchor.public_key())
    settings.NODE = replace(settings.NODE, anchor_fingerprint=anchor_fingerprint(jwk))
    document = trust_list_file(token, anchor=jwk).decode("ascii")
    LoadedTrustList.objects.create(version=version, document=document, expires_at=expires_at, loaded_at=NOW)


def nodes_of(leaves: Sequence[bytes]) -> Any:
    """This will give a slow `node_at` over leaf hashes, as an oracle."""

    def node_at(level: int, index: int) -> bytes:
        tree = CompactRange()
        tree.extend(leaves[index << level : (index + 1) << level])
        return tree.root()

    return node_at


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()
