"""An entry shows nothing, proves everything to who holds an opening, and has one form."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785

from verification.core.errors import LogError
from verification.core.lookup_entry import (
    EntryKind,
    LookupEntry,
    Opening,
    build_entry,
    certificate_tag,
    field_member,
    holder_tag,
    hour_of,
    is_tag,
    open_commitment,
    parse_entry,
    peer_reference,
)

MEMBERS: dict[str, Any] = {
    "agency": "12330000470080001A",
    "officer": '张\u2028"\\/<三>',
    "matter": "11330000MB1",
    "case": "A-1",
    "purpose": "办理企业登记",
    "verdict": "VALID",
    "request_hash": "a" * 43,
    "policy_versions": {"usage": 3, "recognition": 7},
    "status_age": 12,
    field_member(name="holder_name", grain="masked"): "张**",
    field_member(name="holder_name_en", grain="withheld"): None,
    field_member(name="facts", grain="fact"): True,
}
HOUR = "2026-03-01T08Z"
LOOKUP_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def counted() -> tuple[Callable[[int], bytes], list[int]]:
    calls: list[int] = []

    def random(size: int) -> bytes:
        calls.append(size)
        return bytes(number % 256 for number in range(size))

    return random, calls


def built(**change: Any) -> tuple[bytes, dict[str, Opening]]:
    given: dict[str, Any] = {
        "kind": EntryKind.LOOKUP_VERIFIED,
        "hour": HOUR,
        "members": MEMBERS,
        "random": counted()[0],
    }
    return build_entry(**{**given, **change})


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_an_entry_is_the_canonical_json_of_its_members() -> None:
    tags = [holder_tag(person_key=bytes([key]) * 32, lookup_id=LOOKUP_ID) for key in (1, 2)]
    certificate = certificate_tag(certificate_key=bytes(32), lookup_id=LOOKUP_ID)
    peer = peer_reference(pairwise_key=bytes(32), lookup_id=LOOKUP_ID)
    data, openings = built(holder_tags=tags, certificate_tag=certificate, peer_reference=peer)
    commitments = sorted(
        text(hashlib.sha256(rfc8785.dumps([name, openings[name].salt, value])).digest())
        for name, value in MEMBERS.items()
    )
    assert data == rfc8785.dumps(
        {
            "v": 1,
            "kind": "lookup.verified",
            "hour": HOUR,
            "c": commitments,
            "holder_tags": sorted(tags),
            "certificate_tag": certificate,
            "peer_reference": peer,
        }
    )
    assert parse_entry(data) == LookupEntry(
        kind=EntryKind.LOOKUP_VERIFIED,
        hour=HOUR,
        commitments=tuple(commitments),
        holder_tags=tuple(sorted(tags)),
        certificate_tag=certificate,
        peer_reference=peer,
    )


def test_an_entry_without_tags_leaves_them_out() -> None:
    assert json.loads(built()[0]).keys() == {"v", "kind", "hour", "c", "holder_tags"}
    assert json.loads(built(members={})[0])["c"] == []


def test_an_entry_holds_no_value_and_no_member_name() -> None:
    data = built()[0].decode()
    for hidden in ("12330000470080001A", "张", "holder_name", "agency", "VALID", "masked", "办理"):
        assert hidden not in data


def test_every_member_opens_with_its_own_salt_of_128_bits() -> None:
    random, calls = counted()
    data, openings = built(random=random)
    entry = parse_entry(data)
    assert calls == [16 * len(MEMBERS)]
    assert len({opening.salt for opening in openings.values()}) == len(MEMBERS)
    assert all(len(base64.urlsafe_b64decode(opening.salt + "==")) == 16 for opening in openings.values())
    assert {name: opening.value for name, opening in openings.items()} == MEMBERS
    assert all(open_commitment(entry, name, opening) for name, opening in openings.items())


def test_nothing_else_opens_a_commitment() -> None:
    data, openings = built()
    entry, good = parse_entry(data), openings["agency"]
    assert not open_commitment(entry, "officer", good)
    assert not open_commitment(entry, "agency", Opening(salt=good.salt, value="12330000470080001B"))
    assert not open_commitment(entry, "agency", Opening(salt=openings["officer"].salt, value=good.value))
    assert not open_commitment(entry, "agency", Opening(salt=good.salt + "=", value=good.value))
    assert not open_commitment(entry, 'agency","x', good)
    assert not open_commitment(entry, "status_age", Opening(salt=openings["status_age"].salt, value="12"))


def test_refuses_to_let_a_salt_carry_part_of_the_value() -> None:
    # ["agency","<salt>","x","y"] must not also be read as salt `<salt>","x` with value "y".
    data, openings = built(members={"agency": "x"})
    entry = parse_entry(data)
    assert open_commitment(entry, "agency", openings["agency"])
    assert not open_commitment(entry, "agency", Opening(salt=openings["agency"].salt[:21] + '"', value="x"))


def test_an_opening_never_shows_its_value() -> None:
    assert "张" not in repr(Opening(salt="s", value="张三"))


@pytest.mark.parametrize("name", ["", "Agency", "a b", 'a"', "a..b", "a.b.c.d", "字", "a\n"])
def test_refuses_a_member_name_outside_the_pattern(name: str) -> None:
    with pytest.raises(LogError) as caught:
        built(members={name: 1})
    assert caught.value.code == "log.entry.malformed"


@pytest.mark.parametrize("hour", ["", "2026-03-01T08", "2026-03-01T24Z", "2026-02-30T08Z", "2026-03-01T08:00Z", "x"])
def test_refuses_an_hour_in_another_form(hour: str) -> None:
    with pytest.raises(LogError) as caught:
        built(hour=hour)
    assert caught.value.code == "log.entry.malformed"


def test_refuses_a_kind_that_is_no_look_up_and_a_short_random_source() -> None:
    for change in ({"kind": EntryKind.EVENT_ISSUED}, {"random": lambda _size: b"short"}):
        with pytest.raises(LogError) as caught:
            built(**change)
        assert caught.value.code == "log.entry.malformed"


def test_refuses_an_entry_above_65535_bytes() -> None:
    with pytest.raises(LogError) as caught:
        built(members={f"m{number}": number for number in range(1500)})
    assert caught.value.code == "log.entry.size"


def test_refuses_the_same_tag_twice_and_a_tag_that_is_none() -> None:
    tag = holder_tag(person_key=bytes(32), lookup_id=LOOKUP_ID)
    for change in ({"holder_tags": [tag, tag]}, {"certificate_tag": "short"}, {"peer_reference": 'x"' + tag[2:]}):
        with pytest.raises(LogError) as caught:
            built(**change)
        assert caught.value.code == "log.entry.malformed"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b" ",
        lambda _data: b"[]",
        lambda _data: b"not json",
        lambda data: data.replace(b'"v":1', b'"v":2'),
        lambda data: data.replace(b'"v":1', b'"v":1.0'),
        lambda data: data.replace(b'"v":1', b'"v":true'),
        lambda data: data.replace(b'"v":1', b'"v":1,"x":1'),
        lambda data: data.replace(b'"hour":"2026-03-01T08Z",', b""),
        lambda data: data.replace(b'"2026-03-01T08Z"', b"8"),
        lambda data: data.replace(b"lookup.verified", b"lookup.unknown"),
        lambda data: data.replace(b"lookup.verified", b"event.issued"),
        lambda data: data.replace(b'"kind":"lookup.verified"', b'"kind":["lookup.verified"]'),
        lambda data: data.replace(b'"holder_tags":[]', b'"holder_tags":{}'),
        lambda data: data.replace(b'"holder_tags":[]', b'"holder_tags":[[]]'),
        lambda data: data.replace(b'"holder_tags":[],', b""),
        lambda data: data.replace(b'"holder_tags":[]', b'"certificate_tag":null,"holder_tags":[]'),
        lambda data: data.replace(b'{"c":', b'{"c":[],"c":'),
        lambda data: b'{"v":1,"c":' + data[5:].replace(b',"v":1', b""),
        lambda data: rfc8785.dumps({**json.loads(data), "c": json.loads(data)["c"][::-1]}),
        lambda data: rfc8785.dumps({**json.loads(data), "c": 5}),
        lambda data: rfc8785.dumps({**json.loads(data), "holder_tags": 5}),
        lambda data: rfc8785.dumps({**json.loads(data), "hour": 5}),
        lambda data: rfc8785.dumps({**json.loads(data), "c": json.loads(data)["c"][:1] * 2}),
    ],
)
def test_refuses_an_entry_in_any_other_form(change: Callable[[bytes], bytes]) -> None:
    data = built()[0]
    assert change(data) != data
    with pytest.raises(LogError) as caught:
        parse_entry(change(data))
    assert caught.value.code == "log.entry.malformed"


def test_tags_are_hmacs_that_differ_by_key_purpose_and_look_up() -> None:
    key = bytes(range(32))
    expected = text(hmac.new(key, b"huzheng.holder.v1\0" + LOOKUP_ID.encode(), hashlib.sha256).digest())
    tag = holder_tag(person_key=key, lookup_id=LOOKUP_ID)
    assert tag == expected
    others = {
        tag,
        holder_tag(person_key=key, lookup_id=LOOKUP_ID[:-1] + "f"),
        holder_tag(person_key=bytes(32), lookup_id=LOOKUP_ID),
        certificate_tag(certificate_key=key, lookup_id=LOOKUP_ID),
        peer_reference(pairwise_key=key, lookup_id=LOOKUP_ID),
    }
    assert len(others) == 5
    assert is_tag(stated=tag, expected=expected)
    assert not is_tag(stated=tag, expected=peer_reference(pairwise_key=key, lookup_id=LOOKUP_ID))


def test_refuses_a_tag_key_of_another_length() -> None:
    with pytest.raises(LogError) as caught:
        holder_tag(person_key=bytes(16), lookup_id=LOOKUP_ID)
    assert caught.value.code == "log.entry.key"


def test_the_hour_is_that_of_utc() -> None:
    assert hour_of(datetime(2026, 3, 1, 0, 59, tzinfo=timezone(timedelta(hours=8)))) == "2026-02-28T16Z"
    assert hour_of(datetime(2026, 3, 1, 8, tzinfo=UTC)) == HOUR
