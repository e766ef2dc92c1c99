"""DER: agencies' X.509 certificates and requests, public and private keys, signatures."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from certificates.core.errors import CredentialError, X509Error
from certificates.core.signing.der_signature import der_of, raw_of
from certificates.core.signing.public_jwk import public_jwk, trusted_jwk
from certificates.core.signing.registry import SUITES
from certificates.core.x509_crl import Reason, Revocation, read_crl
from certificates.core.x509_crl_make import make_crl
from certificates.core.x509_read import read_certificate
from certificates.core.x509_request import make_csr, read_csr
from tests.fuzz.keys import THIEF, pair
from tests.fuzz.spoil_bytes import bytes_mutators
from tests.fuzz.spoil_json import interesting
from tests.fuzz.target import Mutant, Mutator, Target
from tests.unit.certificates.x509_parts import START, USCC, Key, make_ca, make_leaf
from tests.unit.verification import scene
from tests.unit.verification.province import NOW, ZJ
from verification.core.errors import IssuerError
from verification.core.trust_keys import CaEntry
from verification.core.x509_path import check_issuer_path

_TYPES = ("driving_licence", "business_licence")


def certificate_targets(suite: str) -> list[Target]:
    """All DER of one suite."""
    return [_path(suite), _request(suite), _revocations(suite), *_keys(suite)]


def _key(suite: str, number: int) -> Key:
    return Key(suite=suite, private=pair(suite, number).signer.private_key)


def _path(suite: str) -> Target:
    """Only a certificate with the very contents that the region's CA signed passes."""
    ca_key, thief = _key(suite, 2), _key(suite, THIEF)
    ca = make_ca(ca_key)
    seeds = [
        make_leaf(ca, ca_key, _key(suite, number), serial_number=number, licence_types=_TYPES) for number in (3, 4)
    ]
    stolen = make_leaf(make_ca(thief), thief, _key(suite, 3), licence_types=_TYPES)
    region = replace(scene.WORLD.trust_list.region(ZJ), cas=(CaEntry(der=ca, valid_from=START, valid_to=None),))

    def read(der: bytes) -> Any:
        check_issuer_path(x5c=(der,), region=region, agency_uscc=USCC, type_code=_TYPES[0], issued_at=NOW)
        return read_certificate(der).tbs

    good = [read(seed) for seed in seeds]
    lent = [*seeds, stolen, ca, scene.LEAF, scene.WORLD.gd_ca]
    return Target(
        name=f"x509-{suite}",
        seeds=seeds,
        read=read,
        named=(IssuerError,),
        entitled=lambda _der, tbs: tbs in good,
        mutators=[*bytes_mutators(lent), *_der_mutators(), _whole(lent)],
        weight=15,
    )


def _request(suite: str) -> Target:
    one = pair(suite, 3)
    seed = make_csr(
        region_code=ZJ,
        agency_uscc=USCC,
        agency_name="浙江省公安厅",
        licence_types=_TYPES,
        spki=one.spki,
        signer=one.signer,
    )
    good = read_csr(seed)
    return Target(
        name=f"csr-{suite}",
        seeds=[seed],
        read=read_csr,
        named=(X509Error,),
        entitled=lambda _der, meaning: meaning == good,
        mutators=[*bytes_mutators([seed, one.spki]), *_der_mutators()],
        weight=6,
    )


def _revocations(suite: str) -> Target:
    ca_key, thief = _key(suite, 2), _key(suite, THIEF)
    ca = read_certificate(make_ca(ca_key))

    def made(key: Key, number: int, *revoked: int) -> bytes:
        return make_crl(
            ca_certificate=make_ca(key),
            signer=key.signer,
            number=number,
            issued_at=NOW,
            next_update=NOW + timedelta(days=7),
            revoked=[Revocation(serial_number=serial, revoked_at=NOW, reason=Reason.SUPERSEDED) for serial in revoked],
        )

    seeds = [made(ca_key, 1), made(ca_key, 2, 3, 4)]
    lent = [*seeds, made(thief, 3)]
    good = [read_crl(seed, ca=ca) for seed in seeds]
    return Target(
        name=f"crl-{suite}",
        seeds=seeds,
        read=lambda der: read_crl(der, ca=ca),
        named=(X509Error,),
        entitled=lambda _der, meaning: meaning in good,
        mutators=[*bytes_mutators(lent), *_der_mutators(), _whole(lent)],
        weight=6,
    )


def _keys(suite: str) -> list[Target]:
    """A key that is taken, written again, is the same bytes, or at least the same key."""
    chosen, one = SUITES[suite], pair(suite, 3)
    private = chosen.pkcs8_of(one.signer.private_key)
    jwk = public_jwk(one.trusted.public_key)
    signature = der_of(one.signer.sign(b"x"))

    def same_key(der: bytes, key: object) -> bool:
        return chosen.spki_of(key) == der

    def read_private(der: bytes) -> bytes:
        return chosen.spki_of(chosen.public_of(chosen.private_from_pkcs8(der)))

    def same_private(der: bytes, spki: bytes) -> bool:
        return read_private(chosen.pkcs8_of(chosen.private_from_pkcs8(der))) == spki

    def member(rng: Random, members: dict[str, Any]) -> Mutant:
        name = rng.choice([*members, "d", "use"])
        return Mutant({**members, name: rng.choice((interesting(rng), str(members.get(name))[::-1]))})

    return [
        _small(f"spki-{suite}", one.spki, chosen.load_public_key, same_key),
        _small(f"pkcs8-{suite}", private, read_private, same_private),
        _small(f"der-signature-{suite}", signature, raw_of, lambda der, raw: der_of(raw) == der),
        Target(
            name=f"jwk-{suite}",
            seeds=[jwk],
            read=lambda members: public_jwk(trusted_jwk(members).public_key),
            named=(CredentialError,),
            entitled=lambda members, meaning: meaning.items() <= members.items(),
            mutators=[member],
            weight=3,
        ),
    ]


def _small(name: str, seed: bytes, read: Any, entitled: Any) -> Target:
    return Target(
        name=name,
        seeds=[seed],
        read=read,
        named=(CredentialError,),
        entitled=entitled,
        mutators=[*bytes_mutators([seed]), *_der_mutators()],
        weight=4,
    )


def _whole(lent: list[bytes]) -> Mutator:
    return lambda rng, _der: Mutant(rng.choice(lent))


def _der_mutators() -> list[Mutator]:
    def length(rng: Random, der: bytes) -> Mutant:
        """A length written long, endless or false; a tag of another kind."""
        at = rng.randrange(len(der) - 1)
        piece = rng.choice(
            (b"\x80", b"\x81" + der[at + 1 : at + 2], b"\x82\x00" + der[at + 1 : at + 2], b"\x84\xff\xff\xff\xff")
        )
        return Mutant(der[: at + 1] + piece + der[at + 2 :])

    def tag(rng: Random, der: bytes) -> Mutant:
        at = rng.randrange(len(der))
        return Mutant(
            der[:at]
            + bytes([rng.choice((1, 2, 3, 4, 5, 6, 0x0C, 0x13, 0x17, 0x18, 0x30, 0x31, 0xA0, 0xA3))])
            + der[at + 1 :]
        )

    return [length, length, tag]
