"""A witness's cosignature stands for one head at one time: found by its name, refused where anything of it differs."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.verification.checkpoint_steps import (
    AT,
    LOG,
    ORIGIN,
    ROOT,
    WITNESS,
    WITNESS_ONE,
    WITNESS_TWO,
    checkpoint_note,
    note_of,
    signer,
)
from verification.core.checkpoint import (
    Checkpoint,
    add_signature_lines,
    cosign,
    require_same_view,
    verify_checkpoint,
    verify_cosignature,
    verify_cosignatures,
)
from verification.core.errors import LogError
from verification.core.note import SignatureType, parse_note, signature_line

LAST_SECOND = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())


def test_cosignatures_of_named_witnesses_are_found_and_others_ignored() -> None:
    data = checkpoint_note()
    lines = [cosign(data, at=AT, signer=each) for each in (WITNESS_ONE, WITNESS_TWO)]
    data = add_signature_lines(data, lines=[*lines, lines[0]])
    assert data.count(WITNESS.encode()) == 1
    found = verify_cosignatures(data, keys=[WITNESS_TWO.key, signer("x", 7, SignatureType.COSIGNATURE_V1).key])
    assert [(each.name, each.at) for each in found] == [(WITNESS_TWO.key.name, AT)]
    assert verify_checkpoint(data, origin=ORIGIN, key=LOG.key).size == 7


def test_the_latest_of_two_cosignatures_counts() -> None:
    data = checkpoint_note()
    later = AT + timedelta(hours=1)
    lines = [cosign(data, at=at, signer=WITNESS_ONE) for at in (later, AT)]
    assert verify_cosignature(add_signature_lines(data, lines=lines), key=WITNESS_ONE.key).at == later


def test_refuses_a_cosignature_moved_to_another_head() -> None:
    line = cosign(checkpoint_note(), at=AT, signer=WITNESS_ONE)
    moved = add_signature_lines(checkpoint_note(size=8), lines=[line])
    for verify in (
        lambda: verify_cosignature(moved, key=WITNESS_ONE.key),
        lambda: verify_cosignatures(moved, keys=[WITNESS_ONE.key]),
    ):
        with pytest.raises(LogError) as caught:
            verify()
        assert caught.value.code == "log.cosignature"


def test_refuses_a_cosignature_with_another_time_or_length() -> None:
    data = checkpoint_note()
    name, blob = cosign(data, at=AT, signer=WITNESS_ONE).split(" ")[1:]
    raw = base64.b64decode(blob)
    later = (int.from_bytes(raw[4:12], "big") + 1).to_bytes(8, "big")
    for changed in (raw[:4] + later + raw[12:], raw[:-1], raw + b"x", raw[:4] + b"\xff" * 8 + raw[12:]):
        bad = add_signature_lines(data, lines=[f"— {name} {base64.b64encode(changed).decode()}\n"])
        with pytest.raises(LogError) as caught:
            verify_cosignature(bad, key=WITNESS_ONE.key)
        assert caught.value.code == "log.cosignature"


@pytest.mark.parametrize("seconds", [LAST_SECOND + 1, 2**63, 2**64 - 1])
def test_refuses_a_cosignature_that_a_witness_dated_beyond_all_calendars(seconds: int) -> None:
    note = checkpoint_note()
    text = parse_note(note).text
    signature = WITNESS_ONE.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
    line = signature_line(key=WITNESS_ONE.key, signature=seconds.to_bytes(8) + signature)
    with pytest.raises(LogError) as caught:
        verify_cosignature(add_signature_lines(note, lines=[line]), key=WITNESS_ONE.key)
    assert caught.value.code == "log.cosignature"


def test_refuses_to_cosign_before_1970() -> None:
    with pytest.raises(LogError) as caught:
        cosign(checkpoint_note(), at=datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), signer=WITNESS_ONE)
    assert caught.value.code == "log.cosignature"


def test_refuses_an_absent_cosignature_and_a_log_signature_in_its_place() -> None:
    for key in (WITNESS_ONE.key, LOG.key):
        with pytest.raises(LogError) as caught:
            verify_cosignature(checkpoint_note(), key=key)
        assert caught.value.code == "log.cosignature"


def test_refuses_to_cosign_with_a_log_key_or_what_is_no_checkpoint() -> None:
    with pytest.raises(LogError) as caught:
        cosign(checkpoint_note(), at=AT, signer=LOG)
    assert caught.value.code == "log.cosignature"
    with pytest.raises(LogError) as caught:
        cosign(note_of("just\ntext\n", LOG), at=AT, signer=WITNESS_ONE)
    assert caught.value.code == "log.checkpoint.malformed"


def test_two_roots_for_one_size_are_a_split_view() -> None:
    one = Checkpoint(origin=ORIGIN, size=7, root=ROOT)
    other = Checkpoint(origin=ORIGIN, size=7, root=bytes(32))
    require_same_view(one, one)
    require_same_view(one, Checkpoint(origin=ORIGIN, size=8, root=bytes(32)))
    with pytest.raises(LogError) as caught:
        require_same_view(one, other)
    assert caught.value.code == "log.split_view"
