"""The credential that signing and verifying are measured with: 12 fields at every grain, 3 facts, 16/16/8 digests, x5c."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from typing import Any

from certificates.core.grains import Grain
from certificates.core.sd_jwt import IssuedCredential, build_credential, present
from certificates.core.sd_jwt_format import CredentialClaims, DigestTotals, DisclosureKey
from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import SUITES
from certificates.core.signing.suite import TrustedKey, kid_of
from certificates.core.status_list import StatusReference
from certificates.core.x509_make import make_agency_certificate, make_region_ca

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TOTALS = DigestTotals(sd=16, masked=16, facts=8)
FACTS = ("age_over_18", "holder_is_citizen", "has_passed_examination")
SHOWN = (("holder_name", Grain.FULL), ("licence_number", Grain.FULL), ("holder_code", Grain.MASKED))
SHOWN_FACT = "age_over_18"
VCT = "urn:huzheng:licence-type:11100000000013338W001:1"
_PEOPLE = 64  # different values, so that nothing can be kept from one licence to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """This will hold an agency's key, its X.509 chain in DER, and what verifiers know of it."""

    suite: str
    private_key: Any
    x5c: tuple[bytes, ...]
    signer: LocalSigner
    trusted: TrustedKey


def make_issuer(suite: str = "ES256") -> Issuer:
    """This will make an agency's key of a suite and its certificate under a region's CA of the same suite."""
    chosen = SUITES[suite]
    ca_key, key = chosen.generate(), chosen.generate()
    public = chosen.public_of(key)
    until = AT + timedelta(days=700)
    ca = make_region_ca(
        region_code="330000",
        region_name="浙江省",
        spki=_spki(suite, ca_key),
        signer=_signer(suite, ca_key),
        serial_number=1,
        valid_from=AT,
        valid_until=until,
    )
    leaf = make_agency_certificate(
        ca_certificate=ca,
        signer=_signer(suite, ca_key),
        agency_uscc="12330100MB9900048F",
        agency_name="浙江省住房和城乡建设厅（样例）",
        licence_types=[VCT.split(":")[3]],
        spki=_spki(suite, key),
        serial_number=2,
        valid_from=AT,
        valid_until=until,
    )
    signer = _signer(suite, key)
    return Issuer(
        suite=suite,
        private_key=key,
        x5c=(leaf,),
        signer=signer,
        trusted=TrustedKey(kid=signer.kid, suite=suite, public_key=public),
    )


def _spki(suite: str, private_key: object) -> bytes:
    chosen = SUITES[suite]
    return chosen.spki_of(chosen.public_of(private_key))


def _signer(suite: str, private_key: object) -> LocalSigner:
    return LocalSigner(kid=kid_of(_spki(suite, private_key)), suite=suite, private_key=private_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """This will hold one licence's values and masks and the claims in the clear."""

    values: dict[str, str]
    masked: dict[str, str]
    claims: CredentialClaims


def licences() -> Iterator[Licence]:
    """This will give licences of different people without end, each with its own status index."""
    iat = int(AT.timestamp())
    people = [_values(number) for number in range(_PEOPLE)]
    for index, values in zip(count(), cycle(people)):  # both are endless
        claims = CredentialClaims(
            iss="https://zj.example.cn",
            vct=VCT,
            region="330000",
            iat=iat,
            nbf=iat,
            exp=iat + 365 * 86_400,
            status=StatusReference(uri="https://zj.example.cn/status-lists/17", index=index % 131_072),
        )
        yield Licence(values=values[0], masked=values[1], claims=claims)


def issue_one(issuer: Issuer, licence: Licence) -> IssuedCredential:
    """This will issue with the node's own code."""
    return build_credential(
        values=licence.values,
        masked=licence.masked,
        facts=FACTS,
        totals=TOTALS,
        claims=licence.claims,
        x5c=issuer.x5c,
        signer=issuer.signer,
        random=os.urandom,
    )


def presentation_of(issued: IssuedCredential) -> str:
    """This will show four fields of a credential: two in full, one masked, one fact."""
    keys = [DisclosureKey(*item) for item in SHOWN] + [DisclosureKey(SHOWN_FACT, Grain.FACT)]
    return present(issued.jwt, [issued.disclosures[key] for key in keys])


def _values(number: int) -> tuple[dict[str, str], dict[str, str]]:
    values = {
        "licence_number": f"浙2330620260{number:04d}",
        "holder_name": "欧阳" + chr(0x4E00 + number),
        "holder_code": f"3301061988{number:04d}3013",
        "sex": "女",
        "birth_date": f"1988-05-{number % 28 + 1:02d}",
        "phone": f"1380571{number:04d}",
        "address": f"浙江省杭州市西湖区文三路{number}号",
        "employer": f"杭州第{number}建设工程有限公司",
        "employer_code": f"91330106MA2{number:04d}XYZ",
        "speciality": "建筑工程、市政公用工程",
        "issuing_authority": "浙江省住房和城乡建设厅（样例）",
        "valid_until": "2029-11-22",
    }
    masked = {name: text[:2] + "**" for name, text in values.items()}
    return values, masked
