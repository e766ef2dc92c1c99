"""Electronic seals of the three versions, read and verified, and what is not one of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from asn1crypto import core

from certificates.core.digests import sm3
from certificates.core.errors import DocumentError
from certificates.core.ses import read_seal, read_sealed_data, require_seal_info, require_to_be_sealed
from certificates.core.ses_make import Version, sealed_data, to_be_sealed
from certificates.core.ses_verify import verify_sealed_data
from certificates.core.signing.der_signature import der_of
from tests.unit.certificates.ofd_parts import AT, Sealers, make_sealers

OID = "1.2.156.10197.1.501"
LIST = b"<Signature/>"


class Items(core.SequenceOf):
    _child_spec = core.Any


def sequence(*items: Any) -> Items:
    return Items([item if isinstance(item, core.Any) else core.Any(item) for item in items])


@pytest.fixture(scope="module")
def sealers() -> Sealers:
    return make_sealers()


def utc(moment: datetime) -> core.UTCTime:
    return core.UTCTime(moment.astimezone(UTC))


def old_seal(sealers: Sealers, *, covers_maker: bool = True) -> Items:
    """An SESeal of GM/T 0031-2014."""
    info = sequence(
        sequence(core.IA5String("ES"), core.Integer(1), core.IA5String("TEST")),
        core.IA5String("33"),
        sequence(
            core.Integer(1),
            core.UTF8String("浙江省公安厅"),
            sequence(core.OctetString(sealers.leaf)),
            utc(AT),
            utc(AT),
            utc(AT),
        ),
        sequence(core.IA5String("PNG"), core.OctetString(b"x"), core.Integer(42), core.Integer(42)),
    )
    parts = (core.OctetString(sealers.maker), core.ObjectIdentifier(OID))
    signed = sequence(info, *parts).dump() if covers_maker else info.dump()
    return sequence(info, sequence(*parts, core.OctetBitString(der_of(sealers.maker_key.signer.sign(signed)))))


def old_sealed(sealers: Sealers, *, time: bytes | None = None, **options: Any) -> bytes:
    to_sign = sequence(
        core.Integer(1),
        old_seal(sealers, **options),
        core.OctetBitString(utc(AT).dump() if time is None else time),
        core.OctetBitString(sm3(LIST)),
        core.IA5String("/x"),
        core.OctetString(sealers.leaf),
        core.ObjectIdentifier(OID),
    )
    made: bytes = sequence(to_sign, core.OctetBitString(der_of(sealers.key.signer.sign(to_sign.dump())))).dump()
    return made


def new_sealed(sealers: Sealers, version: Version = 4) -> bytes:
    signed = to_be_sealed(seal=sealers.seal(version=version), at=AT, data_hash=sm3(LIST), path="/x", version=version)
    return sealed_data(signed=signed, certificate=sealers.leaf, signature=sealers.key.signer.sign(signed))


def test_a_seal_of_2014_is_read_and_verified(sealers: Sealers) -> None:
    found = read_sealed_data(old_sealed(sealers))
    assert (found.version, found.sealed_at, found.seal.name) == (1, AT, "浙江省公安厅")
    verify_sealed_data(found, content=LIST)


def test_the_time_of_a_seal_of_2014_may_be_a_timestamp(sealers: Sealers) -> None:
    assert read_sealed_data(old_sealed(sealers, time=b"a token")).sealed_at is None


def test_the_maker_of_a_seal_of_2014_signs_certificate_and_algorithm_too(sealers: Sealers) -> None:
    with pytest.raises(DocumentError, match=r"ofd\.seal_signature"):
        verify_sealed_data(read_sealed_data(old_sealed(sealers, covers_maker=False)), content=LIST)


@pytest.mark.parametrize("version", [4, 5])
def test_a_seal_of_2020_and_of_2025_is_read_and_verified(version: Version, sealers: Sealers) -> None:
    found = read_sealed_data(new_sealed(sealers, version))
    assert (found.version, found.seal.version, found.sealed_at, found.path) == (version, version, AT, "/x")
    assert (found.seal.picture_type, found.seal.width, found.seal.height) == ("PNG", 44, 44)
    assert found.seal.signers == (sealers.leaf,)
    verify_sealed_data(found, content=LIST)
    assert read_seal(found.seal.der) == found.seal


def test_a_seal_may_list_its_signers_by_digest(sealers: Sealers) -> None:
    info = core.load(read_seal(sealers.seal()).signed)
    properties = [info[2][index] for index in range(7)]
    properties[2] = core.Integer(2)
    properties[3] = sequence(sequence(core.PrintableString("SM3"), core.OctetString(sm3(sealers.leaf))))
    changed = sequence(info[0], info[1], sequence(*properties), info[3])
    signature = core.OctetBitString(der_of(sealers.maker_key.signer.sign(changed.dump())))
    own = sequence(changed, core.OctetString(sealers.maker), core.ObjectIdentifier(OID), signature).dump()
    signed = to_be_sealed(seal=own, at=AT, data_hash=sm3(LIST), path="/x")
    found = read_sealed_data(
        sealed_data(signed=signed, certificate=sealers.leaf, signature=sealers.key.signer.sign(signed))
    )
    verify_sealed_data(found, content=LIST)
    assert found.seal.signer_digests == (sm3(sealers.leaf),)


def test_refuses_another_list_than_the_sealed_one(sealers: Sealers) -> None:
    with pytest.raises(DocumentError, match=r"ofd\.modified"):
        verify_sealed_data(read_sealed_data(new_sealed(sealers)), content=LIST + b" ")


def test_tells_of_a_timestamp_behind_the_signature(sealers: Sealers) -> None:
    whole = core.load(new_sealed(sealers))
    stamp = core.OctetBitString(b"token", explicit=0)
    found = read_sealed_data(sequence(*(whole[index] for index in range(4)), stamp).dump())
    assert found.has_timestamp


@pytest.mark.parametrize(
    "changed",
    [
        lambda data: data + b"\0",
        lambda data: data[:-1],
        lambda data: data.replace(b"\x02\x01\x04", b"\x02\x01\x06", 1),
        lambda data: data.replace(b"\x02\x01\x04", b"\x02\x01\x05", 1),
        lambda data: data.replace(b"\x16\x02ES", b"\x16\x02EX"),
        lambda data: data.replace(b"20260601023000Z", b"20260601023060Z"),
        lambda _: b"",
        lambda _: b"0\0",
        lambda _: b"0\x80\0\0",
        lambda _: b"\x30\x84\x7f\xff\xff\xff",
        lambda _: b"0\x02" * 40,
    ],
)
def test_refuses_what_is_no_seal(changed: Callable[[bytes], bytes], sealers: Sealers) -> None:
    with pytest.raises(DocumentError, match=r"ofd\.seal_form"):
        read_sealed_data(changed(new_sealed(sealers)))


def test_refuses_other_algorithms(sealers: Sealers) -> None:
    own, other = (core.ObjectIdentifier(oid).dump() for oid in (OID, "1.2.156.10197.1.504"))
    with pytest.raises(DocumentError, match=r"ofd\.algorithm"):
        read_sealed_data(new_sealed(sealers).replace(own, other))


def test_what_a_maker_and_an_agency_sign_is_told_apart(sealers: Sealers) -> None:
    found = read_sealed_data(new_sealed(sealers))
    require_seal_info(found.seal.signed)
    require_to_be_sealed(found.signed)
    for wrong in (found.signed, found.seal.der, sealers.leaf, b"eyJ0.e30"):
        with pytest.raises(DocumentError):
            require_seal_info(wrong)
    for wrong in (found.seal.signed, found.seal.der, sealers.leaf, b"\x84\x6aSignature1"):
        with pytest.raises(DocumentError):
            require_to_be_sealed(wrong)
