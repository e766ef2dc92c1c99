"""What a leaf and its CA may say of themselves in their extensions: in every suite."""

import pytest
from asn1crypto import x509

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
from certificates.core.x509_subject import region_base
from tests.unit.certificates.x509_parts import Pair, raw_extension, remade, unknown
from tests.unit.verification.x509_path_steps import check, refusal, region_with


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
