"""Keys and signature algorithms of a path are those of its suite: in every suite."""

from asn1crypto import core, x509

from certificates.core.signing.registry import SUITES
from certificates.core.x509_algorithms import algorithm_identifier
from tests.unit.certificates.x509_parts import Pair, new_key, remade
from tests.unit.verification.x509_path_steps import check, refusal, region_with

P384 = bytes.fromhex("3076301006072a8648ce3d020106052b8104002203620004") + bytes(96)


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
