"""A region's bundle of agency keys: signed by its bundle key, fresh, in form, and nothing from another region."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certificates.core.canonical import b64url_decode_strict, canonical_json, strict_json_loads
from certificates.core.signing.jws import sign_jws
from certificates.core.signing.suite import kid_of
from tests.unit.suite_in_use import suite_in_use
from tests.unit.verification.province import GD, NOW, SINCE, ZJ, ZJ_POLICE, Province, World, signer_of, spki_of
from verification.core.agency_keys import (
    MAX_BUNDLE_BYTES,
    AgencyKey,
    KeyState,
    agency_key,
    build_agency_keys,
    verify_agency_keys,
)
from verification.core.errors import IssuerError
from verification.core.trust_keys import Purpose

pytestmark = pytest.mark.usefixtures("every_suite")


def entry(world: World, **changes: Any) -> AgencyKey:
    values: dict[str, Any] = {
        "suite": suite_in_use().name,
        "x5c": (world.zj.leaf(world.zj_ca),),
        "agency_uscc": ZJ_POLICE,
        "agency_name_zh": "浙江省公安厅",
        "agency_name_en": "Zhejiang Public Security Department",
        "licence_types": ["driving_licence"],
        "valid_from": SINCE,
    }
    return agency_key(**(values | changes))


def token(world: World, *keys: AgencyKey, province: Province | None = None, **changes: Any) -> str:
    values: dict[str, Any] = {
        "region_code": ZJ,
        "version": 4,
        "issued_at": NOW - timedelta(hours=1),
        "expires_at": NOW + timedelta(days=7),
        "keys": keys,
        "signer": (province or world.zj).signer(Purpose.BUNDLE),
    }
    return build_agency_keys(**(values | changes))


def resigned(world: World, text: str, change: Callable[[dict[str, Any]], None]) -> str:
    """Signs without looking, so that tests can sign what the honest builder would refuse."""
    payload = strict_json_loads(b64url_decode_strict(text.split(".")[1]), max_bytes=MAX_BUNDLE_BYTES)
    change(payload)
    return sign_jws(
        header_extra={},
        typ="huzheng-agency-keys+jwt",
        payload=canonical_json(payload),
        signer=world.zj.signer(Purpose.BUNDLE),
    )


def refusal(world: World, text: str, **changes: Any) -> str:
    arguments: dict[str, Any] = {"region": world.trust_list.region(ZJ), "at": NOW} | changes
    with pytest.raises(IssuerError) as caught:
        verify_agency_keys(text, **arguments)
    return caught.value.code


def test_a_bundle_reads_back_as_it_was(world: World) -> None:
    active = entry(world)
    other = Province(code=ZJ, name_zh="浙江省", agency_uscc=ZJ_POLICE, ca_key=world.zj.ca_key)
    lost = entry(
        world,
        x5c=(other.leaf(world.zj_ca),),
        state=KeyState.COMPROMISED,
        compromised_at=NOW - timedelta(days=2),
        valid_to=NOW - timedelta(days=1),
    )
    bundle = verify_agency_keys(token(world, active, lost), region=world.trust_list.region(ZJ), at=NOW, seen_version=4)
    assert dict(bundle.by_kid) == {active.kid: active, lost.kid: lost}
    assert active.kid == kid_of(spki_of(world.zj.agency_key))
    assert (bundle.region_code, bundle.version) == (ZJ, 4)
    assert active.in_force(NOW)
    assert not lost.in_force(NOW)


def test_a_keys_time_is_widened_to_whole_seconds_as_credentials_state_theirs(world: World) -> None:
    half = timedelta(milliseconds=500)
    key = entry(
        world,
        valid_from=NOW + half,
        valid_to=NOW + half * 3,
        state=KeyState.COMPROMISED,
        compromised_at=NOW + half * 5,
    )
    assert (key.valid_from, key.valid_to) == (NOW, NOW + timedelta(seconds=2))
    assert key.compromised_at == NOW + timedelta(seconds=2)
    bundle = verify_agency_keys(token(world, key), region=world.trust_list.region(ZJ), at=NOW)
    assert bundle.by_kid == {key.kid: key}


def test_a_key_replaced_at_once_still_makes_a_bundle_that_peers_take(world: World) -> None:
    key = entry(world, valid_from=NOW, valid_to=NOW, state=KeyState.RETIRED)
    bundle = verify_agency_keys(token(world, key), region=world.trust_list.region(ZJ), at=NOW)
    assert bundle.by_kid[key.kid].valid_to == NOW + timedelta(seconds=1)


def test_refuses_a_bundle_signed_by_another_region(world: World) -> None:
    assert refusal(world, token(world, entry(world), province=world.gd)) == "agency_keys.signature"


def test_refuses_a_bundle_signed_by_a_key_listed_for_another_purpose(world: World) -> None:
    text = token(world, entry(world), signer=world.zj.signer(Purpose.STATUS))
    assert refusal(world, text) == "agency_keys.signature"


def test_refuses_a_bundle_signed_by_an_agency(world: World) -> None:
    text = token(world, entry(world), signer=signer_of(world.zj.agency_key))
    assert refusal(world, text) == "agency_keys.signature"


def test_refuses_a_bundle_whose_region_is_not_the_signers(world: World) -> None:
    text = token(world, entry(world), region_code=GD)
    assert refusal(world, text) == "agency_keys.format"


def test_refuses_an_expired_an_early_and_an_older_bundle(world: World) -> None:
    text = token(world, entry(world))
    end = NOW + timedelta(days=7)
    verify_agency_keys(text, region=world.trust_list.region(ZJ), at=end - timedelta(seconds=1))
    assert refusal(world, text, at=end) == "agency_keys.expired"
    assert refusal(world, text, at=NOW - timedelta(hours=1, minutes=5, seconds=1)) == "agency_keys.from_future"
    assert refusal(world, text, seen_version=5) == "agency_keys.older"


def test_refuses_a_bundle_that_would_stay_good_for_long(world: World) -> None:
    with pytest.raises(IssuerError) as caught:
        token(world, expires_at=NOW + timedelta(days=31))
    assert caught.value.code == "agency_keys.format"


def test_refuses_to_sign_one_key_twice(world: World) -> None:
    with pytest.raises(IssuerError) as caught:
        token(world, entry(world), replace(entry(world), licence_types=frozenset({"business_licence"})))
    assert caught.value.code == "agency_keys.format"


def test_refuses_an_entry_without_a_chain(world: World) -> None:
    with pytest.raises(IssuerError) as caught:
        entry(world, x5c=())
    assert caught.value.code == "issuer.chain_missing"


@pytest.mark.parametrize(
    "changes",
    [
        {"kid": "AAAAAAAAAAA"},
        {"suite": "RS256"},
        {"x5c": []},
        {"x5c": ["AAAA"]},
        {"x5c": ["AAA"]},
        {"x5c": "AAAA"},
        {"agency_uscc": "113300000024821975"},
        {"agency_name_zh": ""},
        {"licence_types": [1]},
        {"from": None},
        {"to": 1},
        {"state": "lost"},
        {"use": "everything"},
        {"use": 1},
        {"state": "compromised"},
        {"compromised_at": 1_780_000_000},
    ],
)
def test_refuses_an_entry_out_of_its_form(world: World, changes: dict[str, Any]) -> None:
    text = resigned(world, token(world, entry(world)), lambda payload: payload["keys"][0].update(changes))
    assert refusal(world, text) == "agency_keys.format"
