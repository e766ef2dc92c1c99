"""A certificate vouches for its own region, agency and licence types alone: in every suite."""

import pytest
from asn1crypto import x509

from certificates.core.x509_extensions import NAME_CONSTRAINTS, extension
from certificates.core.x509_scope import LICENCE_SCOPE, scope_value
from certificates.core.x509_subject import agency_subject
from tests.unit.certificates.x509_parts import TYPES, USCC, Pair, make_ca, new_key, remade
from tests.unit.verification.x509_path_steps import check, refusal, region_with


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
