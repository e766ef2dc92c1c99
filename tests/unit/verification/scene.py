"""A counter in Guangdong, a licence from Zhejiang, and evidence for every kind of input: real signatures throughout."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from certificates.core.grains import Grain
from certificates.core.sd_jwt import IssuedCredential, build_credential, present
from certificates.core.sd_jwt_format import CredentialClaims, DigestTotals, DisclosureKey, Shown
from certificates.core.seal_code import SealContent, build_seal_code
from certificates.core.status_list import (
    Status,
    StatusReference,
    VerifiedStatusList,
    build_status_token,
    encode,
    verify_status_token,
)
from tests.unit.suite_in_use import suite_in_use
from tests.unit.verification.province import GD, NOW, SINCE, ZJ, ZJ_POLICE, World, another_key, make_world
from verification.core.agency_keys import AgencyKey, AgencyKeys, KeyUse, agency_key
from verification.core.evidence import (
    CodeSpent,
    DocumentEvidence,
    Evidence,
    InputKind,
    ListedStatus,
    OwnStatus,
    ReleaseStatement,
)
from verification.core.matters import Matter
from verification.core.recognition_rule import RecognitionRule
from verification.core.release import build_release
from verification.core.trust_keys import Purpose
from verification.core.usage_list import UsageDecision, UsageRule, cut

LOOKUP = "9d9f6a70-6c4a-4b0a-9a43-7b4fd1b0f0a1"
URI = "https://330000.example/status-lists/1"
INDEX = 7
TYPE = "driving_licence"
ISSUED = NOW - timedelta(days=30)
VALUES = {"holder_name": "张三丰", "valid_from": "2026-01-10", "valid_until": "2026-06-30"}
MATTER = Matter(
    code="transfer",
    name_zh="机动车转移登记",
    name_en="Vehicle transfer",
    in_force_from=date(2026, 1, 1),
    in_force_to=None,
    case_pattern=".+",
)
RULE = RecognitionRule(
    type_code=TYPE,
    issuing_region=ZJ,
    matter_code="transfer",
    required={"holder_name": Grain.FULL},
    presence_required=True,
    version=1,
)


@cache
def _world(_: str) -> World:
    return make_world()


@cache
def _leaf(_: str) -> bytes:
    return world().zj.leaf(world().zj_ca)


def world() -> World:
    """The two provinces, all of whose keys are of the suite in use."""
    return _world(suite_in_use().name)


def leaf() -> bytes:
    return _leaf(suite_in_use().name)


@cache
def _file_key(_: str) -> Any:
    return another_key()


def file_key() -> Any:
    """The agency's key for files."""
    return _file_key(suite_in_use().name)


@cache
def _file_leaf(_: str) -> bytes:
    return world().zj.leaf(world().zj_ca, serial_number=7, private_key=file_key())


def file_leaf() -> bytes:
    return _file_leaf(suite_in_use().name)


@cache
def _thief(_: str) -> Any:
    return another_key()


def thief() -> Any:
    """A key that nobody listed."""
    return _thief(suite_in_use().name)


# Of the suite that is in use while test modules are read.
WORLD, LEAF, THIEF = world(), leaf(), thief()
FILE_KEY, FILE_LEAF = file_key(), file_leaf()


def claims(**changes: Any) -> CredentialClaims:
    values: dict[str, Any] = {
        "iss": "https://330000.example",
        "vct": f"urn:huzheng:licence-type:{TYPE}:1",
        "region": ZJ,
        "iat": int(ISSUED.timestamp()),
        "nbf": int(ISSUED.timestamp()),
        "exp": int((ISSUED + timedelta(days=365)).timestamp()),
        "status": StatusReference(uri=URI, index=INDEX),
    }
    return CredentialClaims(**(values | changes))


def issue(
    *,
    values: dict[str, Any] | None = None,
    masked: dict[str, Any] | None = None,
    x5c: tuple[bytes, ...] | None = None,
    signer: Any = None,
    **changes: Any,
) -> IssuedCredential:
    return build_credential(
        values=VALUES if values is None else values,
        masked=masked or {"holder_name": "张**"},
        facts=("age_over_18",),
        totals=DigestTotals(sd=8, masked=4, facts=4),
        claims=claims(**changes),
        x5c=x5c or (leaf(),),
        signer=signer or world().zj.agency_signer(),
        random=random.Random(1).randbytes,
    )


def shown(issued: IssuedCredential, **grains: Grain) -> str:
    """The presentation that shows the named fields at the named grains."""
    return present(issued.jwt, [issued.disclosures[DisclosureKey(name, grain)] for name, grain in grains.items()])


def presented(**changes: Any) -> str:
    return shown(issue(**changes), holder_name=Grain.FULL, valid_from=Grain.FULL, valid_until=Grain.FULL)


def seal(*, signer: Any = None, **changes: Any) -> str:
    values: dict[str, Any] = {
        "region": ZJ,
        "type_code": TYPE,
        "type_version": 1,
        "fields": {"holder_name": Shown(grain=Grain.MASKED, value="张**")},
        "status": StatusReference(uri=URI, index=INDEX),
        "issued_at": int(ISSUED.timestamp()),
        "expires_at": int((ISSUED + timedelta(days=365)).timestamp()),
    }
    return build_seal_code(SealContent(**(values | changes)), signer=signer or world().zj.agency_signer())


def key_entry(**changes: Any) -> AgencyKey:
    values: dict[str, Any] = {
        "suite": suite_in_use().name,
        "x5c": (leaf(),),
        "agency_uscc": ZJ_POLICE,
        "agency_name_zh": "浙江省公安厅",
        "agency_name_en": "Zhejiang Public Security Department",
        "licence_types": [TYPE],
        "valid_from": SINCE,
    }
    return agency_key(**(values | changes))


def file_key_entry(**changes: Any) -> AgencyKey:
    """The agency's key for files, in the bundle."""
    return key_entry(**({"x5c": (file_leaf(),), "use": KeyUse.DOCUMENT} | changes))


def bundle(*keys: AgencyKey, **changes: Any) -> AgencyKeys:
    values: dict[str, Any] = {
        "region_code": ZJ,
        "version": 1,
        "issued_at": NOW - timedelta(hours=1),
        "expires_at": NOW + timedelta(days=7),
        "by_kid": {key.kid: key for key in keys or (key_entry(), file_key_entry())},
    }
    return AgencyKeys(**(values | changes))


def status_list(
    status: int = Status.VALID, *, uri: str = URI, iat: datetime = NOW - timedelta(seconds=40), ttl: int = 300
) -> VerifiedStatusList:
    """A list that was signed and verified, both at its own time."""
    start = int(iat.timestamp())
    token = build_status_token(
        uri=uri,
        lst=encode({INDEX: status}, size=64),
        bits=2,
        iat=start,
        exp=start + 86_400,
        ttl=ttl,
        signer=world().zj.signer(Purpose.STATUS),
    )
    keys = world().trust_list.region(ZJ).keys_in_force(Purpose.STATUS, at=NOW)
    return verify_status_token(token, uri=uri, keys=keys, at=iat)


def listed(status: int = Status.VALID, **changes: Any) -> ListedStatus:
    return ListedStatus(region_code=ZJ, listed=status_list(status, **changes))


def release(text: str, **changes: Any) -> ReleaseStatement:
    values: dict[str, Any] = {
        "issuer_region": ZJ,
        "audience_region": GD,
        "lookup_id": LOOKUP,
        "presented": text,
        "at": NOW,
        "signer": world().zj.signer(Purpose.RELEASE),
    }
    return ReleaseStatement(token=build_release(**(values | changes)))


def usage(**fields: Grain) -> UsageDecision:
    rule = UsageRule(
        type_code=TYPE, relying_region="*", agency_uscc="*", matter_code="transfer", fields=fields, version=1
    )
    everything = {"holder_name": Grain.FULL}
    return cut([rule], type_code=TYPE, region=ZJ, agency="a", matter="transfer", wanted=everything, offered=everything)


def foreign_code(text: str | None = None, **changes: Any) -> Evidence:
    """Guangdong scanned a code of Zhejiang: released, recognised, in good standing."""
    text = presented() if text is None else text
    evidence = Evidence(
        kind=InputKind.CODE,
        lookup_id=LOOKUP,
        own_region=GD,
        presented=text,
        trust_list=world().trust_list,
        agency_keys=bundle(),
        status=listed(),
        presence=release(text),
        matter=MATTER,
        recognition_rules=(RULE,),
    )
    return replace(evidence, **changes)


def home_code(text: str | None = None, **changes: Any) -> Evidence:
    """Zhejiang scanned a code of its own: spent, allowed by the usage list, status from its own register."""
    evidence = foreign_code(
        text,
        own_region=ZJ,
        status=OwnStatus(status=Status.VALID, read_at=NOW),
        presence=CodeSpent(lookup_id=LOOKUP),
        usage=usage(holder_name=Grain.FULL),
        recognition_rules=(),
    )
    return replace(evidence, **changes)


def seal_check(text: str | None = None, **changes: Any) -> Evidence:
    """Anybody scanned a printed code: no matter, nobody present."""
    evidence = foreign_code(
        seal() if text is None else text, kind=InputKind.SEAL_CODE, presence=None, matter=None, recognition_rules=()
    )
    return replace(evidence, **changes)


def pdf_check(text: str | None = None, **changes: Any) -> Evidence:
    """A PDF whose signer and stated values are those of its credential; no matter."""
    document = DocumentEvidence(signer_trusted=True, signer_leaf=file_leaf(), stated={"holder_name": "张三丰"})
    evidence = foreign_code(
        text, kind=InputKind.PDF, presence=None, matter=None, recognition_rules=(), document=document
    )
    return replace(evidence, **changes)
