"""Credentials and printed codes that were changed, forged or blown up: never VALID, and nothing of them is shown."""

import base64
import json
import secrets
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jws
from joserfc.jwk import ECKey

from certificates.core.base45 import encode as base45
from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import ES256
from certificates.core.signing.suite import kid_of
from certificates.core.x509_make import make_agency_certificate, make_region_ca
from demo.journey import codes_of, outcome_of
from tests.functional.provinces.steps import look_at_home, look_from_afar
from tests.functional.provinces.world import Provinces

MEMORY = 64 * 1024


@pytest.fixture(scope="module")
def credential(provinces: Provinces, licence: str) -> str:
    """Zhou's whole credential, as the node gives it to its holder."""
    path = f"/api/v1/me/certificates/{licence}/credential"
    return str(provinces.holder.get(path).expect(200)["credential"])


@pytest.fixture(scope="module")
def seal_code(provinces: Provinces, licence: str) -> str:
    path = f"/api/v1/me/certificates/{licence}/seal-code"
    return str(provinces.holder.get(path).expect(200)["seal_code"])


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def with_header(credential: str, **changes: Any) -> str:
    """The same credential under a changed header, its signature as it was."""
    token, rest = credential.split("~", 1)
    header, payload, signature = token.split(".")
    changed = {name: value for name, value in (json.loads(unb64(header)) | changes).items() if value is not None}
    return f"{b64(json.dumps(changed).encode())}.{payload}.{signature}~{rest}"


def never_believed(provinces: Provinces, presented: str, *codes: str) -> None:
    """Demand INVALID in both provinces with nothing shown, for one of these reasons."""
    for answer in (look_at_home(provinces, presented), look_from_afar(provinces, presented)):
        assert outcome_of(answer) == "INVALID", codes_of(answer)
        assert answer["view"]["fields"] == []
        assert codes_of(answer) & set(codes), codes_of(answer)


def test_takes_no_copy_of_a_credential_for_its_holder(provinces: Provinces, credential: str) -> None:
    at_home, afar = look_at_home(provinces, credential), look_from_afar(provinces, credential)

    for answer in (at_home, afar):  # the rules of both want the holder to be present
        assert outcome_of(answer) == "UNDETERMINED"
        assert "presenter.not_checked" in codes_of(answer)


def test_refuses_a_changed_disclosure(provinces: Provinces, credential: str) -> None:
    token, first, *rest = credential.split("~")
    salt, name, value = json.loads(unb64(first))
    forged = b64(json.dumps([salt, name, f"{value}9" if isinstance(value, str) else "x"]).encode())

    never_believed(provinces, "~".join([token, forged, *rest]), "credential.disclosure_unreferenced")


def test_refuses_a_disclosure_nobody_references(provinces: Provinces, credential: str) -> None:
    forged = b64(json.dumps([secrets.token_urlsafe(16), "holder_name", "李四"]).encode())

    never_believed(provinces, f"{credential}{forged}~", "credential.disclosure_unreferenced")


def test_refuses_a_disclosure_that_stands_twice(provinces: Provinces, credential: str) -> None:
    first = credential.split("~")[1]

    never_believed(provinces, f"{credential}{first}~", "credential.disclosure_repeated")


def test_refuses_the_algorithm_none(provinces: Provinces, credential: str) -> None:
    never_believed(provinces, with_header(credential, alg="none"), "key.algorithm", "jws.format")
    token, rest = with_header(credential, alg="none").split("~", 1)
    never_believed(provinces, f"{token.rsplit('.', 1)[0]}.~{rest}", "key.algorithm", "jws.format")


@pytest.mark.parametrize("algorithm", ["HS256", "ES384", "SM2", "es256", ""])
def test_refuses_another_algorithm(provinces: Provinces, credential: str, algorithm: str) -> None:
    never_believed(provinces, with_header(credential, alg=algorithm), "key.algorithm")


def test_refuses_a_key_nobody_knows(provinces: Provinces, credential: str) -> None:
    never_believed(provinces, with_header(credential, kid="AAAAAAAAAAA"), "key.unknown", "credential.x5c")
    never_believed(provinces, with_header(credential, kid="AAAAAAAAAAA", x5c=None), "key.unknown", "credential.x5c")


def test_refuses_a_key_that_the_message_brings_along(provinces: Provinces, credential: str) -> None:
    key = ECKey.generate_key("P-256")
    token, rest = credential.split("~", 1)
    header = json.loads(unb64(token.split(".")[0]))
    own = {name: value for name, value in header.items() if name != "x5c"} | {"jwk": key.as_dict(private=False)}
    payload = unb64(token.split(".")[1])
    forged = jws.serialize_compact({"alg": "ES256", "typ": own["typ"]}, payload, key)
    _, body, signature = forged.split(".")
    never_believed(
        provinces, f"{b64(json.dumps(own).encode())}.{body}.{signature}~{rest}", "jws.header", "credential.x5c"
    )
    never_believed(provinces, f"{forged}~{rest}", "jws.header", "credential.x5c")


def test_refuses_a_chain_of_somebody_elses(provinces: Provinces, credential: str) -> None:
    never_believed(provinces, with_header(credential, x5c=[_well_made()]), "issuer.key_unknown", "key.unknown")


def test_refuses_a_chain_of_another_profile(provinces: Provinces, credential: str) -> None:
    never_believed(provinces, with_header(credential, x5c=[_careless()]), "issuer.unreadable", "issuer.key_unknown")


def _well_made() -> str:
    """An agency's certificate as ours are, under a region's CA that nobody trusts."""
    ca_key, key = ES256.generate(), ES256.generate()
    spki = ES256.spki_of(ES256.public_of(ca_key))
    signer = LocalSigner(kid=kid_of(spki), suite="ES256", private_key=ca_key)
    now = datetime.now(UTC).replace(microsecond=0)
    term = {"valid_from": now - timedelta(days=1), "valid_until": now + timedelta(days=1)}
    ca = make_region_ca(
        region_code="330000", region_name="浙江省", spki=spki, signer=signer, serial_number=2**63, **term
    )
    leaf = make_agency_certificate(
        ca_certificate=ca,
        signer=signer,
        agency_uscc="11330000MB9900013T",
        agency_name="浙江省住房和城乡建设厅（样例）",
        licence_types=["11100000000013338W001"],
        spki=ES256.spki_of(ES256.public_of(key)),
        serial_number=2**63 + 1,
        **term,
    )
    return base64.b64encode(leaf).decode()


def _careless() -> str:
    """A certificate of a general tool: no extension, a name of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Nobody")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    return base64.b64encode(made.public_bytes(Encoding.DER)).decode()


def test_refuses_a_credential_cut_short(provinces: Provinces, credential: str) -> None:
    token = credential.split("~", 1)[0]
    never_believed(provinces, credential[:-40], "credential.key_binding", "presentation.unreadable")
    never_believed(provinces, token, "credential.key_binding", "presentation.unreadable")


def test_believes_a_printed_code_only_as_printed(provinces: Provinces, seal_code: str) -> None:
    middle = len(seal_code) // 2
    other = "A" if seal_code[middle] != "A" else "B"

    never_believed(
        provinces,
        f"{seal_code[:middle]}{other}{seal_code[middle + 1 :]}",
        "seal_code.zlib",
        "seal_code.prefix",
        "presentation.unreadable",
    )
    never_believed(provinces, seal_code[:-2], "seal_code.zlib", "seal_code.base45", "presentation.unreadable")
    never_believed(provinces, seal_code.lower(), "seal_code.zlib", "seal_code.base45", "presentation.unreadable")


@pytest.mark.parametrize("size", [MEMORY + 1, 1024 * 1024])
def test_refuses_a_printed_code_that_inflates_past_64_kib(provinces: Provinces, size: int) -> None:
    never_believed(provinces, "HZ1:" + base45(zlib.compress(b"\x00" * size, 9)), "limit.decompress")
