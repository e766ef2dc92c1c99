"""A release statement proves something to one region, for one look-up, one text, five minutes; and to no third party."""

from datetime import timedelta
from typing import Any

import pytest

from certificates.core.canonical import canonical_json
from certificates.core.signing.jws import sign_jws
from tests.unit.suite_in_use import suite_in_use
from tests.unit.verification.province import GD, NOW, ZJ, World
from verification.core.errors import ReleaseError
from verification.core.release import build_release, sd_hash, verify_release
from verification.core.trust_keys import Purpose

PRESENTED = "eyJ.eyJ.sig~disclosure~"
LOOKUP = "9d9f6a70-6c4a-4b0a-9a43-7b4fd1b0f0a1"


pytestmark = pytest.mark.usefixtures("every_suite")


def own_hash(presented: str) -> str:
    return sd_hash(presented, sd_alg=suite_in_use().sd_alg)


def statement(world: World, **changes: Any) -> str:
    values: dict[str, Any] = {
        "issuer_region": ZJ,
        "audience_region": GD,
        "lookup_id": LOOKUP,
        "presented": PRESENTED,
        "at": NOW,
        "signer": world.zj.signer(Purpose.RELEASE),
    }
    return build_release(**(values | changes))


def check(world: World, token: str, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "region": world.trust_list.region(ZJ),
        "audience_region": GD,
        "lookup_id": LOOKUP,
        "presented": PRESENTED,
        "at": NOW + timedelta(seconds=2),
    }
    return verify_release(token, **(values | changes))


def refusal(world: World, token: str, **changes: Any) -> str:
    with pytest.raises(ReleaseError) as caught:
        check(world, token, **changes)
    return caught.value.code


def test_the_region_it_is_for_takes_it(world: World) -> None:
    release = check(world, statement(world))
    assert (release.issuer_region, release.audience_region, release.lookup_id) == (ZJ, GD, LOOKUP)
    assert release.expires_at - release.issued_at == timedelta(minutes=5)


def test_sd_hash_is_what_the_sd_jwt_library_computes() -> None:
    # The worked example of RFC 9901 is long; the published library's own hashing of the same text is the oracle.
    from sd_jwt.common import SDJWTCommon

    common = SDJWTCommon(serialization_format="compact")
    assert common._b64hash(PRESENTED.encode("ascii")) == sd_hash(PRESENTED)


def test_a_third_region_that_got_hold_of_it_is_refused(world: World) -> None:
    assert refusal(world, statement(world), audience_region="310000") == "release.audience"


def test_refuses_a_release_for_another_look_up(world: World) -> None:
    assert refusal(world, statement(world), lookup_id=LOOKUP[:-1] + "2") == "release.lookup"


def test_refuses_a_release_of_another_text(world: World) -> None:
    assert refusal(world, statement(world), presented=PRESENTED + "more~") == "release.sd_hash"


def test_refuses_a_release_for_a_verdict_about_another_moment(world: World) -> None:
    then = NOW - timedelta(days=3)
    about_then = statement(world, as_of=then)
    check(world, about_then, as_of=then)
    assert refusal(world, about_then) == "release.as_of"
    assert refusal(world, about_then, as_of=then + timedelta(seconds=1)) == "release.as_of"
    assert refusal(world, statement(world), as_of=then) == "release.as_of"


def test_refuses_a_release_five_minutes_later(world: World) -> None:
    check(world, statement(world), at=NOW + timedelta(seconds=299))
    assert refusal(world, statement(world), at=NOW + timedelta(minutes=5)) == "release.expired"


def test_refuses_a_release_that_claims_a_longer_life(world: World) -> None:
    assert check(world, statement(world, lifetime=timedelta(days=1))).expires_at == NOW + timedelta(minutes=5)
    start = int(NOW.timestamp())
    payload = {
        "iss": ZJ,
        "aud": GD,
        "lookup_id": LOOKUP,
        "sd_hash": own_hash(PRESENTED),
        "iat": start,
        "exp": start + 301,
    }
    token = sign_jws(
        header_extra={},
        typ="huzheng-release+jwt",
        payload=canonical_json(payload),
        signer=world.zj.signer(Purpose.RELEASE),
    )
    assert refusal(world, token) == "release.expired"


def test_refuses_a_release_from_the_future(world: World) -> None:
    check(world, statement(world), at=NOW - timedelta(seconds=60))
    assert refusal(world, statement(world), at=NOW - timedelta(seconds=61)) == "release.from_future"


def test_refuses_a_release_signed_by_another_node_or_for_another_purpose(world: World) -> None:
    for signer in (world.gd.signer(Purpose.RELEASE), world.zj.signer(Purpose.ANSWER), world.zj.agency_signer()):
        assert refusal(world, statement(world, signer=signer)) == "release.signature"


def test_refuses_a_release_that_names_another_issuing_region(world: World) -> None:
    assert refusal(world, statement(world, issuer_region="310000")) == "release.issuer"


def test_refuses_a_release_out_of_its_form(world: World) -> None:
    for payload in ([], {"iat": 1, "exp": 2}, {"iat": "1", "exp": 2}):
        token = sign_jws(
            header_extra={},
            typ="huzheng-release+jwt",
            payload=canonical_json(payload),
            signer=world.zj.signer(Purpose.RELEASE),
        )
        assert refusal(world, token) == "release.format"
