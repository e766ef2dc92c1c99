"""The trust list is believed only under the anchor, in its time, and in its agreed form."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificates.core.signing.suite import kid_of
from tests.unit.verification.province import GD, NOW, SINCE, ZJ, World, p256, public_of, signer_of, timestamp_ca
from tests.unit.verification.trust_list_steps import refusal, vkey
from verification.core.anchor_key import anchor_fingerprint, anchor_jwk
from verification.core.errors import TrustListError
from verification.core.note import SignatureType
from verification.core.trust_keys import Purpose
from verification.core.trust_list import (
    days_left,
    load_trust_list,
    payload_of,
    read_region,
    region_payload,
    sign_trust_list,
    trust_list_file,
)

pytestmark = pytest.mark.usefixtures("every_suite")


def test_a_signed_list_reads_back_as_it_was(world: World, payload: dict[str, Any]) -> None:
    loaded = load_trust_list(world.file(payload), anchor_fingerprint=world.fingerprint, at=NOW, seen_version=7)
    assert payload_of(loaded) == payload
    assert loaded.region(ZJ).name_zh == "浙江省"
    assert set(loaded.region(GD).keys) == set(Purpose) - {Purpose.LOG_SM2}
    assert days_left(loaded, at=NOW) == 80
    assert days_left(loaded, at=NOW + timedelta(days=200)) == 0


def test_refuses_a_list_signed_by_another_anchor(world: World, payload: dict[str, Any]) -> None:
    other = p256()
    token = sign_trust_list(payload=payload, signer=signer_of(other))
    assert refusal(world, trust_list_file(token, anchor=anchor_jwk(other.public_key()))) == "trust_list.fingerprint"


def test_refuses_a_list_that_shows_the_right_anchor_but_was_signed_by_another_key(
    world: World, payload: dict[str, Any]
) -> None:
    token = sign_trust_list(payload=payload, signer=signer_of(p256()))
    data = trust_list_file(token, anchor=anchor_jwk(public_of(world.anchor_key)))
    assert refusal(world, data) == "trust_list.signature"


def test_refuses_a_list_whose_bytes_were_changed(world: World, payload: dict[str, Any]) -> None:
    file = json.loads(world.file(payload))
    header, body, signature = file["trust_list"].split(".")
    payload["version"] = 8
    other = json.loads(world.file(payload))["trust_list"].split(".")[1]
    assert other != body
    file["trust_list"] = f"{header}.{other}.{signature}"
    assert refusal(world, json.dumps(file).encode()) == "trust_list.signature"


def test_refuses_another_signed_statement_of_the_anchor_in_place_of_a_list(
    world: World, payload: dict[str, Any]
) -> None:
    from certificates.core.canonical import canonical_json
    from certificates.core.signing.jws import sign_jws

    token = sign_jws(
        header_extra={}, typ="other+jwt", payload=canonical_json(payload), signer=signer_of(world.anchor_key)
    )
    data = trust_list_file(token, anchor=anchor_jwk(public_of(world.anchor_key)))
    assert refusal(world, data) == "trust_list.signature"


def test_refuses_an_expired_list_from_the_second_it_expires(world: World, payload: dict[str, Any]) -> None:
    data = world.file(payload)
    end = world.trust_list.expires_at
    load_trust_list(data, anchor_fingerprint=world.fingerprint, at=end - timedelta(seconds=1))
    assert refusal(world, data, at=end) == "trust_list.expired"


def test_refuses_a_list_from_the_future(world: World, payload: dict[str, Any]) -> None:
    skewed = world.trust_list.issued_at - timedelta(minutes=5)
    load_trust_list(world.file(payload), anchor_fingerprint=world.fingerprint, at=skewed)
    early = skewed - timedelta(seconds=1)
    assert refusal(world, world.file(payload), at=early) == "trust_list.from_future"


def test_refuses_an_older_list_than_one_seen_before(world: World, payload: dict[str, Any]) -> None:
    assert refusal(world, world.file(payload), seen_version=8) == "trust_list.older"


def test_refuses_a_list_that_would_stay_trusted_for_years(world: World, payload: dict[str, Any]) -> None:
    payload["exp"] = payload["iat"] + 400 * 86400
    load_trust_list(world.file(payload), anchor_fingerprint=world.fingerprint, at=NOW)
    payload["exp"] += 1
    assert refusal(world, world.file(payload)) == "trust_list.format"


def test_refuses_a_list_that_ends_as_it_begins(world: World, payload: dict[str, Any]) -> None:
    payload["exp"] = payload["iat"]
    assert refusal(world, world.file(payload)) == "trust_list.format"


def test_refuses_a_region_that_is_no_province_even_without_cas(world: World, payload: dict[str, Any]) -> None:
    payload["regions"][0] |= {"code": "330100", "cas": []}
    assert refusal(world, world.file(payload)) == "trust_list.format"


def test_refuses_a_region_unknown_to_the_list(world: World) -> None:
    with pytest.raises(TrustListError) as caught:
        world.trust_list.region("310000")
    assert caught.value.code == "trust_list.region"


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"trust_list": "x"}', b'{"trust_list": 1, "anchor": {}}'])
def test_refuses_a_file_that_is_no_trust_list(world: World, text: bytes) -> None:
    assert refusal(world, text) == "trust_list.format"


def test_refuses_an_anchor_with_a_member_more_or_off_its_curve(world: World, payload: dict[str, Any]) -> None:
    file = json.loads(world.file(payload))
    more = file | {"anchor": file["anchor"] | {"d": "AA"}}
    assert refusal(world, json.dumps(more).encode()) == "trust_list.format"
    off = file["anchor"] | {"y": file["anchor"]["x"]}
    data = json.dumps(file | {"anchor": off}).encode()
    assert refusal(world, data, anchor_fingerprint=anchor_fingerprint(off)) == "trust_list.format"


def test_a_witness_is_listed_with_its_verifier_key(world: World, payload: dict[str, Any]) -> None:
    witness = {"name": "gd.example", "vkey": vkey("gd.example", SignatureType.COSIGNATURE_V1)}
    payload["regions"][0]["witnesses"] = [witness]
    loaded = load_trust_list(world.file(payload), anchor_fingerprint=world.fingerprint, at=NOW)
    assert payload_of(loaded) == payload


def test_refuses_one_key_twice_for_one_purpose(world: World, payload: dict[str, Any]) -> None:
    payload["regions"][0]["keys"]["status"] *= 2
    assert refusal(world, world.file(payload)) == "trust_list.format"


def test_refuses_a_ca_of_another_region(world: World, payload: dict[str, Any]) -> None:
    payload["regions"][0]["cas"], payload["regions"][1]["cas"] = payload["regions"][1]["cas"], []
    assert refusal(world, world.file(payload)) == "trust_list.format"


def test_refuses_a_ca_whose_subject_is_out_of_the_layout(world: World, payload: dict[str, Any]) -> None:
    nameless = x509.Name([])
    ca_key = p256()
    builder = x509.CertificateBuilder(nameless, nameless, ca_key.public_key(), 9, SINCE, NOW)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )  # else no reader takes it
    der = builder.sign(ca_key, hashes.SHA256()).public_bytes(Encoding.DER)
    payload["regions"][0]["cas"][0]["certificate"] = base64.b64encode(der).decode()
    assert refusal(world, world.file(payload)) == "trust_list.format"


def test_refuses_an_agency_listed_as_a_ca(world: World, payload: dict[str, Any]) -> None:
    leaf = world.zj.leaf(world.zj_ca)
    payload["regions"][0]["cas"][0]["certificate"] = base64.b64encode(leaf).decode()
    assert refusal(world, world.file(payload)) == "trust_list.format"


def test_refuses_a_weak_curve_for_a_node_key(world: World, payload: dict[str, Any]) -> None:
    public_key = ec.generate_private_key(ec.SECP224R1()).public_key()
    spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    entry = {"kid": kid_of(spki), "suite": "ES256", "spki": base64.b64encode(spki).decode(), "from": 1, "to": None}
    payload["regions"][0]["keys"]["status"] = [entry]
    assert refusal(world, world.file(payload)) == "trust_list.format"


def test_a_retired_key_stays_listed_and_is_out_of_force_from_its_end(world: World, payload: dict[str, Any]) -> None:
    end = NOW - timedelta(days=1)
    payload["regions"][0]["keys"]["status"][0]["to"] = int(end.timestamp())
    region = load_trust_list(world.file(payload), anchor_fingerprint=world.fingerprint, at=NOW).region(ZJ)
    assert region.keys_in_force(Purpose.STATUS, at=SINCE)
    assert region.keys_in_force(Purpose.STATUS, at=end - timedelta(seconds=1))
    assert not region.keys_in_force(Purpose.STATUS, at=end)
    assert not region.keys_in_force(Purpose.STATUS, at=SINCE - timedelta(seconds=1))
    assert not read_region(region_payload(region) | {"keys": {}}).keys_in_force(Purpose.STATUS, at=NOW)


def test_refuses_a_list_that_names_a_node_at_a_plain_http_address(world: World, payload: dict[str, Any]) -> None:
    payload["regions"][0]["node_url"] = "http://zj.example"
    assert refusal(world, world.file(payload)) == "trust_list.url"


def listed_ca(der: bytes) -> dict[str, Any]:
    return {"certificate": base64.b64encode(der).decode(), "from": int(SINCE.timestamp()), "to": None}


def test_the_timestamp_authorities_of_all_regions_vouch_for_all(world: World, payload: dict[str, Any]) -> None:
    one, other = timestamp_ca(), timestamp_ca("Another")
    payload["regions"][0]["timestamp_authorities"] = [listed_ca(one), listed_ca(other)]
    payload["regions"][1]["timestamp_authorities"] = [listed_ca(one)]
    loaded = load_trust_list(world.file(payload), anchor_fingerprint=world.fingerprint, at=NOW)
    assert payload_of(loaded) == payload
    assert [entry.der for entry in loaded.timestamp_authorities] == [one, other]
    assert loaded.timestamp_authorities[0].in_force(NOW)
    assert not loaded.timestamp_authorities[0].in_force(SINCE - timedelta(seconds=1))


@pytest.mark.parametrize(
    "der",
    [timestamp_ca(ca=False), timestamp_ca(region_code=ZJ), b"junk", timestamp_ca()[:-1]],
    ids=["no CA", "a region's", "no certificate", "cut"],
)
def test_refuses_a_timestamp_authority_that_is_none(world: World, payload: dict[str, Any], der: bytes) -> None:
    payload["regions"][0]["timestamp_authorities"] = [listed_ca(der)]
    assert refusal(world, world.file(payload)) == "trust_list.format"
