"""Only an agency's own licence-signing certificate, straight under its region's CA, may vouch for a licence: in every suite."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core, x509

from certificates.core.signing.registry import SUITES
from certificates.core.x509_algorithms import algorithm_identifier
from certificates.core.x509_extensions import (
    AUTHORITY_KEY_IDENTIFIER,
    BASIC_CONSTRAINTS,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    LICENCE_SIGNING_EKU,
    NAME_CONSTRAINTS,
    SUBJECT_KEY_IDENTIFIER,
    authority_key_identifier,
    basic_constraints,
    crl_at,
    extension,
    key_identifier,
    key_usage,
    names_under,
)
from certificates.core.x509_request import make_csr
from certificates.core.x509_scope import LICENCE_SCOPE, scope_value
from certificates.core.x509_subject import agency_subject, region_base
from tests.unit.certificates.openssl_steps import OpensslCa
from tests.unit.certificates.x509_parts import (
    START,
    TYPES,
    USCC,
    Key,
    Pair,
    flipped,
    make_ca,
    make_leaf,
    make_pair,
    new_key,
    raw_extension,
    remade,
    unknown,
)
from tests.unit.verification.province import make_world
from verification.core.errors import IssuerError
from verification.core.trust_keys import CaEntry
from verification.core.trust_list import TrustedRegion
from verification.core.x509_path import check_issuer_path, spki_of_leaf

NOW = START + timedelta(days=150)
WORLD = make_world()
P384 = bytes.fromhex("3076301006072a8648ce3d020106052b8104002203620004") + bytes(96)


@pytest.fixture(scope="module", params=sorted(SUITES))
def pair(request: pytest.FixtureRequest) -> Pair:
    return make_pair(request.param)


def region_with(*cas: bytes | CaEntry) -> TrustedRegion:
    entries = [ca if isinstance(ca, CaEntry) else CaEntry(der=ca, valid_from=START, valid_to=None) for ca in cas]
    return WORLD.zj.trusted(cas=tuple(entries))


def check(pair: Pair, *x5c: bytes, **changes: Any) -> None:
    arguments: dict[str, Any] = {
        "region": region_with(pair.ca),
        "agency_uscc": USCC,
        "type_code": TYPES[0],
        "issued_at": NOW,
    } | changes
    check_issuer_path(x5c=x5c, **arguments)


def refusal(pair: Pair, *x5c: bytes, **changes: Any) -> str:
    with pytest.raises(IssuerError) as caught:
        check(pair, *x5c, **changes)
    return caught.value.code


def test_an_agency_under_its_regions_ca_passes(pair: Pair) -> None:
    check(pair, pair.leaf)
    check(pair, pair.leaf, type_code=TYPES[1])


def test_a_path_that_openssl_made_passes(pair: Pair, tmp_path: Path) -> None:
    ca = OpensslCa(tmp_path, pair.key.suite)
    asked = make_csr(
        region_code="330000",
        agency_uscc=USCC,
        agency_name="浙江省公安厅",
        licence_types=TYPES,
        spki=pair.key.spki,
        signer=pair.key.signer,
    )
    entry = CaEntry(der=ca.der, valid_from=START, valid_to=None)
    leaf = ca.issue(asked)
    now = datetime.now(UTC)
    check(pair, leaf, region=region_with(entry), issued_at=now)
    assert refusal(pair, leaf, region=region_with(pair.ca), issued_at=now) == "issuer.unknown_ca"
    for at in range(0, len(leaf), 13):
        assert refusal(pair, flipped(leaf, at, 0), region=region_with(entry), issued_at=now).startswith("issuer.")


def test_a_second_ca_of_the_same_name_does_not_hide_the_first(pair: Pair) -> None:
    newer = make_ca(new_key(pair.key.suite), serial_number=2)
    check(pair, pair.leaf, region=region_with(newer, pair.ca))


@pytest.mark.parametrize("suite", sorted(SUITES))
def test_a_region_may_have_a_ca_of_each_suite_under_one_name(pair: Pair, suite: str) -> None:
    check(pair, pair.leaf, region=region_with(make_ca(new_key(suite)), pair.ca))


def test_a_ca_that_left_and_came_back_vouches_in_both_times(pair: Pair) -> None:
    early = CaEntry(der=pair.ca, valid_from=START, valid_to=START + timedelta(days=1))
    late = CaEntry(der=pair.ca, valid_from=NOW, valid_to=None)
    region = region_with(early, late)
    check(pair, pair.leaf, region=region)
    check(pair, pair.leaf, region=region, issued_at=START)
    assert refusal(pair, pair.leaf, region=region, issued_at=NOW - timedelta(days=1)) == "issuer.ca_not_in_force"


def test_refuses_an_empty_chain(pair: Pair) -> None:
    assert refusal(pair) == "issuer.chain_missing"


def test_refuses_a_chain_that_brings_its_anchor_along(pair: Pair) -> None:
    assert refusal(pair, pair.leaf, pair.ca) == "issuer.anchor_included"
    assert refusal(pair, pair.ca) == "issuer.anchor_included"


def test_refuses_a_chain_longer_than_a_leaf(pair: Pair) -> None:
    assert refusal(pair, pair.leaf, pair.leaf) == "issuer.chain_too_long"


def test_refuses_a_self_signed_certificate_however_well_it_is_filled_in(pair: Pair) -> None:
    subject = x509.Certificate.load(pair.leaf).subject
    assert refusal(pair, remade(pair.leaf, pair.key, issuer=subject)) == "issuer.self_signed"


def test_refuses_a_certificate_of_another_root_with_the_regions_names(pair: Pair) -> None:
    thief = new_key(pair.key.suite)
    forged = make_leaf(make_ca(thief), thief, pair.key)
    assert refusal(pair, forged) == "issuer.unknown_ca"


def test_refuses_a_ca_of_another_name_though_its_key_is_the_same(pair: Pair) -> None:
    renamed = make_ca(pair.ca_key, region_name="浙江省人民政府")
    assert refusal(pair, pair.leaf, region=region_with(renamed)) == "issuer.unknown_ca"


def test_refuses_an_agency_of_one_region_in_another(pair: Pair) -> None:
    other = make_ca(new_key(pair.key.suite), region_code="440000", region_name="广东省")
    assert refusal(pair, pair.leaf, region=region_with(other)) == "issuer.unknown_ca"


def test_refuses_a_leaf_that_names_another_region_than_its_ca(pair: Pair) -> None:
    subject = agency_subject(region_code="440000", agency_uscc=USCC, agency_name="浙江省公安厅")
    moved = remade(pair.leaf, pair.ca_key, subject=subject)
    assert refusal(pair, moved) == "issuer.name_constraints"
    free = remade(pair.ca, pair.ca_key, drop=[NAME_CONSTRAINTS])
    assert refusal(pair, moved, region=region_with(free)) == "issuer.region"


def test_refuses_a_leaf_whose_subject_is_out_of_the_layout(pair: Pair) -> None:
    free = remade(pair.ca, pair.ca_key, drop=[NAME_CONSTRAINTS])
    strange = remade(pair.leaf, pair.ca_key, subject=x509.Name.build({"common_name": "x"}))
    assert refusal(pair, strange, region=region_with(free)) == "issuer.region"


def test_refuses_a_certificate_of_another_agency(pair: Pair) -> None:
    assert refusal(pair, pair.leaf, agency_uscc="11440000006925055U") == "issuer.agency"


def test_refuses_a_licence_type_that_the_certificate_does_not_cover(pair: Pair) -> None:
    assert refusal(pair, pair.leaf, type_code="11100000000013338W002") == "issuer.scope"


def test_refuses_a_certificate_that_covers_another_region(pair: Pair) -> None:
    scope = extension(LICENCE_SCOPE, scope_value(region_code="440000", licence_types=TYPES))
    changed = remade(pair.leaf, pair.ca_key, drop=[LICENCE_SCOPE], add=[scope])
    assert refusal(pair, changed) == "issuer.scope"


def test_refuses_a_certificate_without_a_scope(pair: Pair) -> None:
    assert refusal(pair, remade(pair.leaf, pair.ca_key, drop=[LICENCE_SCOPE])) == "issuer.scope"


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\x30\x00",
        bytes.fromhex("300a1306333330303030 3000"),  # no types
        bytes.fromhex("30101306333330303030 30060c01620c0161"),  # not ascending
        bytes.fromhex("30101306333330303030 30060c01610c0161"),  # one twice
        bytes.fromhex("300d0c06333330303030 30030c0161"),  # region of another string type
        bytes.fromhex("30101306333330303030 30030c01610c0162"),  # a third member
    ],
)
def test_refuses_a_scope_of_another_form(pair: Pair, value: bytes) -> None:
    changed = remade(pair.leaf, pair.ca_key, drop=[LICENCE_SCOPE], add=[extension(LICENCE_SCOPE, value)])
    assert refusal(pair, changed, type_code="a") == "issuer.scope"


def test_takes_a_scope_whose_types_ascend(pair: Pair) -> None:
    value = bytes.fromhex("30101306333330303030 30060c01610c0162")
    changed = remade(pair.leaf, pair.ca_key, drop=[LICENCE_SCOPE], add=[extension(LICENCE_SCOPE, value)])
    check(pair, changed, type_code="a")


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (START + timedelta(days=730), None),
        (START + timedelta(days=730, seconds=1), "issuer.not_in_force"),
        (START, None),
        (START - timedelta(seconds=1), "issuer.not_in_force"),
    ],
)
def test_refuses_an_issue_outside_the_certificates_validity(pair: Pair, moment: datetime, code: str | None) -> None:
    region = region_with(CaEntry(der=pair.ca, valid_from=START - timedelta(days=1), valid_to=None))
    if code is None:
        check(pair, pair.leaf, region=region, issued_at=moment)
    else:
        assert refusal(pair, pair.leaf, region=region, issued_at=moment) == code


def test_refuses_an_issue_after_the_ca_itself_expired(pair: Pair) -> None:
    short = make_ca(pair.ca_key, valid_until=START + timedelta(days=30))
    assert refusal(pair, pair.leaf, region=region_with(short)) == "issuer.not_in_force"


def purposes(*oids: str) -> x509.Extension:
    return extension(EXTENDED_KEY_USAGE, x509.ExtKeyUsageSyntax(list(oids)))


@pytest.mark.parametrize(
    ("drop", "add", "code"),
    [
        ([BASIC_CONSTRAINTS], [], "issuer.is_ca"),
        ([BASIC_CONSTRAINTS], [basic_constraints(ca=True)], "issuer.is_ca"),
        ([KEY_USAGE], [], "issuer.key_usage"),
        ([KEY_USAGE], [key_usage("non_repudiation")], "issuer.key_usage"),
        ([KEY_USAGE], [key_usage("digital_signature", "key_cert_sign")], "issuer.key_usage"),
        ([KEY_USAGE], [key_usage("digital_signature", "crl_sign")], "issuer.key_usage"),
        ([KEY_USAGE], [key_usage("digital_signature", "key_encipherment")], "issuer.key_usage"),
        ([KEY_USAGE], [key_usage("digital_signature")], None),
        ([EXTENDED_KEY_USAGE], [], "issuer.extended_key_usage"),
        ([EXTENDED_KEY_USAGE], [purposes("1.3.6.1.5.5.7.3.1")], "issuer.extended_key_usage"),
        ([EXTENDED_KEY_USAGE], [purposes(LICENCE_SIGNING_EKU, "2.5.29.37.0")], "issuer.extended_key_usage"),
        ([], [unknown(critical=True)], "issuer.critical_extension"),
        ([], [unknown(critical=False)], None),
        ([], [crl_at("https://zj.example/crl/region-ca.crl")], None),
        ([AUTHORITY_KEY_IDENTIFIER], [], "issuer.key_identifier"),
        ([AUTHORITY_KEY_IDENTIFIER], [authority_key_identifier(bytes(20))], "issuer.key_identifier"),
    ],
)
def test_refuses_a_leaf_of_another_profile(
    pair: Pair, drop: list[str], add: list[x509.Extension], code: str | None
) -> None:
    changed = remade(pair.leaf, pair.ca_key, drop=drop, add=add)
    if code is None:
        check(pair, changed)
    else:
        assert refusal(pair, changed) == code


@pytest.mark.parametrize(
    ("drop", "add", "code"),
    [
        ([BASIC_CONSTRAINTS], [], "issuer.ca_constraints"),
        ([BASIC_CONSTRAINTS], [basic_constraints(ca=False)], "issuer.ca_constraints"),
        ([KEY_USAGE], [], "issuer.ca_constraints"),
        ([KEY_USAGE], [key_usage("crl_sign")], "issuer.ca_constraints"),
        ([], [unknown(critical=True)], "issuer.critical_extension"),
        (
            [BASIC_CONSTRAINTS],
            [raw_extension(BASIC_CONSTRAINTS, b"\x30\x03\x02\x01\x00", critical=True)],  # a path length, but no CA
            "issuer.unreadable",
        ),
        (
            [BASIC_CONSTRAINTS],
            [raw_extension(BASIC_CONSTRAINTS, b"\x30\x06\x01\x01\xff\x02\x01\xff", critical=True)],
            "issuer.ca_constraints",
        ),
        ([SUBJECT_KEY_IDENTIFIER], [], "issuer.key_identifier"),
        ([NAME_CONSTRAINTS], [names_under(region_base(region_code="440000"))], "issuer.name_constraints"),
        (
            [NAME_CONSTRAINTS],
            [extension(NAME_CONSTRAINTS, b"\x30\x02\xa1\x00", critical=True)],
            "issuer.ca_constraints",
        ),
        (
            [NAME_CONSTRAINTS],
            [extension(NAME_CONSTRAINTS, bytes.fromhex("300aa00830068204612e636e"), critical=True)],
            "issuer.ca_constraints",
        ),
    ],
)
def test_refuses_a_listed_ca_that_may_not_issue(
    pair: Pair, drop: list[str], add: list[x509.Extension], code: str
) -> None:
    ca = remade(pair.ca, pair.ca_key, drop=drop, add=add)
    assert refusal(pair, pair.leaf, region=region_with(ca)) == code


def test_refuses_a_leaf_that_names_its_cas_key_where_the_serial_number_stands(pair: Pair) -> None:
    misplaced = raw_extension(
        AUTHORITY_KEY_IDENTIFIER, b"\x30\x16\x82\x14" + key_identifier(pair.ca_key.spki), critical=False
    )
    changed = remade(pair.leaf, pair.ca_key, drop=[AUTHORITY_KEY_IDENTIFIER], add=[misplaced])
    assert refusal(pair, changed) == "issuer.key_identifier"


def test_refuses_a_ca_that_excludes_names_beside_those_it_permits(pair: Pair) -> None:
    permitted = names_under(region_base(region_code="330000"))["extn_value"].parsed["permitted_subtrees"]
    both = x509.NameConstraints({"permitted_subtrees": permitted, "excluded_subtrees": permitted})
    ca = remade(pair.ca, pair.ca_key, drop=[NAME_CONSTRAINTS], add=[extension(NAME_CONSTRAINTS, both, critical=True)])
    assert refusal(pair, pair.leaf, region=region_with(ca)) == "issuer.ca_constraints"


def test_refuses_a_listed_ca_that_does_not_vouch_for_itself(pair: Pair) -> None:
    ca = remade(pair.ca, new_key(pair.key.suite))
    assert refusal(pair, pair.leaf, region=region_with(ca)) == "issuer.unknown_ca"


def test_refuses_a_key_on_another_curve(pair: Pair) -> None:
    foreign = remade(pair.leaf, pair.ca_key, subject_public_key_info=x509.PublicKeyInfo.load(P384))
    assert refusal(pair, foreign) == "issuer.curve"
    ca = remade(pair.ca, pair.ca_key, subject_public_key_info=x509.PublicKeyInfo.load(P384))
    assert refusal(pair, pair.leaf, region=region_with(ca)) == "issuer.curve"


def test_refuses_a_key_that_is_no_point_of_the_curve(pair: Pair) -> None:
    off = pair.key.spki[:-1] + bytes([pair.key.spki[-1] ^ 1])
    changed = remade(pair.leaf, pair.ca_key, subject_public_key_info=x509.PublicKeyInfo.load(off))
    assert refusal(pair, changed) == "issuer.curve"


def test_refuses_a_leaf_of_another_suite_than_its_ca(pair: Pair) -> None:
    (other,) = set(SUITES) - {pair.key.suite}
    changed = remade(pair.leaf, pair.ca_key, subject_public_key_info=x509.PublicKeyInfo.load(new_key(other).spki))
    assert refusal(pair, changed) == "issuer.curve"


FOREIGN_ALGORITHM = x509.SignedDigestAlgorithm({"algorithm": "sha384_ecdsa"})


def test_refuses_another_signature_algorithm_than_the_cas(pair: Pair) -> None:
    tbs = {"signature": FOREIGN_ALGORITHM}
    assert (
        refusal(pair, remade(pair.leaf, pair.ca_key, stated=FOREIGN_ALGORITHM, **tbs)) == "issuer.signature_algorithm"
    )


def test_refuses_algorithms_that_differ_inside_and_outside(pair: Pair) -> None:
    assert refusal(pair, remade(pair.leaf, pair.ca_key, stated=FOREIGN_ALGORITHM)) == "issuer.signature_algorithm"
    inside = remade(pair.leaf, pair.ca_key, signature=FOREIGN_ALGORITHM)
    assert refusal(pair, inside) == "issuer.signature_algorithm"


def test_sm2_takes_its_algorithm_with_null_and_without_but_ecdsa_does_not(pair: Pair) -> None:
    stated = algorithm_identifier(pair.key.suite)
    stated["parameters"] = core.Null()
    changed = remade(pair.leaf, pair.ca_key, stated=stated, signature=stated)
    if pair.key.suite == "SM2":
        check(pair, changed)
    else:
        assert refusal(pair, changed) == "issuer.signature_algorithm"


@pytest.mark.parametrize(("number", "code"), [(0, "issuer.serial"), (-1, "issuer.serial"), (1 << 159, "issuer.serial")])
def test_refuses_a_serial_number_that_is_not_positive_or_too_long(pair: Pair, number: int, code: str) -> None:
    assert refusal(pair, remade(pair.leaf, pair.ca_key, serial_number=number)) == code
    check(pair, remade(pair.leaf, pair.ca_key, serial_number=(1 << 159) - 1))


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_refuses_a_certificate_of_an_older_version(pair: Pair, version: str) -> None:
    assert refusal(pair, remade(pair.leaf, pair.ca_key, version=version)) == "issuer.version"


def test_refuses_a_certificate_without_extensions(pair: Pair) -> None:
    names = [item["extn_id"].dotted for item in x509.Certificate.load(pair.leaf)["tbs_certificate"]["extensions"]]
    assert refusal(pair, remade(pair.leaf, pair.ca_key, drop=names)) == "issuer.unreadable"


def test_refuses_unique_identifiers_of_version_2(pair: Pair) -> None:
    changed = remade(pair.leaf, pair.ca_key, issuer_unique_id=core.OctetBitString(b"x"))
    assert refusal(pair, changed) == "issuer.unreadable"


def test_refuses_an_extension_that_stands_twice(pair: Pair) -> None:
    twice = remade(pair.leaf, pair.ca_key, add=[unknown(critical=False), unknown(critical=False, value=b"\x04\x00")])
    assert refusal(pair, twice) == "issuer.unreadable"


def test_refuses_more_extensions_than_allowed(pair: Pair) -> None:
    many = [extension(f"1.2.3.{number}", b"\x05\x00") for number in range(30)]
    assert refusal(pair, remade(pair.leaf, pair.ca_key, add=many)) == "issuer.unreadable"


def test_refuses_bytes_that_are_no_certificate_or_too_many(pair: Pair) -> None:
    padded = remade(pair.leaf, pair.ca_key, add=[unknown(critical=False, value=bytes(4096))])
    for junk in (b"", b"junk", pair.leaf[:-1], pair.leaf + b"\x00", padded, b"\x30" * 4000, b"\x30\x80" * 2000):
        assert refusal(pair, junk) == "issuer.unreadable"


@pytest.mark.parametrize("name", [BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, AUTHORITY_KEY_IDENTIFIER])
@pytest.mark.parametrize("value", [b"", b"\x01", b"\x02\x01\x00", b"\x30\x03\x01\x01\x00", b"\x03\x02\x00\x80"])
def test_refuses_a_certificate_with_an_extension_that_cannot_be_read(pair: Pair, name: str, value: bytes) -> None:
    changed = remade(pair.leaf, pair.ca_key, drop=[name], add=[raw_extension(name, value, critical=True)])
    assert refusal(pair, changed).startswith("issuer.")


def reencoded(change: Callable[[bytes], bytes]) -> Callable[[Pair], bytes]:
    """The leaf with its TBS altered as bytes and signed again: what a CA with its own DER writer could make."""

    def forge(pair: Pair) -> bytes:
        tbs = x509.Certificate.load(pair.leaf)["tbs_certificate"].dump()
        changed = change(tbs[4:])
        header = b"\x30\x82" + len(changed).to_bytes(2, "big")
        signature = core.OctetBitString(_sign(header + changed, pair.ca_key)).dump()
        body = header + changed + algorithm_identifier(pair.key.suite).dump() + signature
        return b"\x30\x82" + len(body).to_bytes(2, "big") + body

    return forge


def _sign(data: bytes, key: Key) -> bytes:
    from certificates.core.x509_algorithms import sign_der

    return sign_der(data, signer=key.signer)


def once(tbs: bytes, old: bytes, new: bytes) -> bytes:
    assert tbs.count(old) >= 1
    return tbs.replace(old, new, 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda tbs: (
            once(tbs, b"\x02\x01\x02\x02\x01\x02", b"\x02\x01\x02\x02\x02\x00\x02")
            if b"\x02\x01\x02\x02\x01\x02" in tbs
            else once(tbs, b"\x02\x01\x02\x30", b"\x02\x02\x00\x02\x30")
        ),  # serial with a leading zero
        lambda tbs: once(tbs, b"260101000000Z", b"260101000000+"),  # time without Z
        lambda tbs: once(tbs, b"\x17\x0d260101000000Z", b"\x18\x0f20260101000000Z").replace(b"\x30\x1e", b"\x30\x20"),
        lambda tbs: once(tbs, b"260101000000Z", b"261301000000Z"),  # a thirteenth month
        lambda tbs: once(tbs, b"\x01\x01\xff", b"\x01\x01\x01"),  # TRUE that is not 255
        lambda tbs: once(tbs, b"\x13\x02CN", b"\x14\x02CN"),  # a string type nobody needs
        lambda tbs: once(tbs, "浙".encode(), b"\xff\xff\xff"),  # no UTF-8
        lambda tbs: once(tbs, b"\x03\x02\x06\xc0", b"\x03\x02\x05\xc0"),  # named bits with a trailing zero
    ],
)
def test_refuses_a_signed_certificate_that_is_not_der(pair: Pair, change: Callable[[bytes], bytes]) -> None:
    check(pair, reencoded(lambda tbs: tbs)(pair))
    assert refusal(pair, reencoded(change)(pair)) == "issuer.unreadable"


def _refuse_flips(pair: Pair, step: int, bits: range) -> None:
    for at in range(0, len(pair.leaf), step):
        for bit in bits:
            assert refusal(pair, flipped(pair.leaf, at, bit)).startswith("issuer."), (at, bit)


def test_refuses_a_certificate_with_one_bit_changed(pair: Pair) -> None:
    _refuse_flips(pair, 7, range(0, 8, 3))


@pytest.mark.exhaustive
def test_refuses_a_certificate_with_any_bit_changed(pair: Pair) -> None:
    _refuse_flips(pair, 1, range(8))


def test_gives_the_public_key_bytes_of_a_leaf(pair: Pair) -> None:
    assert spki_of_leaf(pair.leaf) == pair.key.spki
