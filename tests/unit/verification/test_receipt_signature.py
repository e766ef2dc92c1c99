"""Receipts signed together verify one by one, and whatever was not in the signed batch, in its place, is refused."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.core.canonical import b64url, b64url_decode_strict
from certificates.core.signing.jws import sign_jws
from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import SUITES
from certificates.core.signing.suite import TrustedKey, kid_of
from tests.unit.verification.test_receipt import ENTRY, LOG, ORIGIN, completed, note_signer
from verification.core.errors import ReceiptError
from verification.core.lookup_entry import EntryKind, build_entry
from verification.core.merkle import leaf_hash, node_hash, root_of
from verification.core.note import SignatureType
from verification.core.receipt import ReceiptState, VerifiedReceipt, promise_payload, unverified_promise, verify_receipt
from verification.core.receipt_signature import (
    MAX_BATCH,
    RECEIPT_TYP,
    looks_signed,
    sign_payload,
    sign_payloads,
    unverified_payload,
    verified_payload,
)

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def a_signer(suite: str) -> tuple[LocalSigner, dict[str, TrustedKey]]:
    chosen = SUITES[suite]
    private = chosen.generate()
    public = chosen.public_of(private)
    kid = kid_of(chosen.spki_of(public))
    return (
        LocalSigner(kid=kid, suite=suite, private_key=private),
        {kid: TrustedKey(kid=kid, suite=suite, public_key=public)},
    )


SIGNER, KEYS = a_signer("ES256")
PAYLOADS = [b'{"receipt":%d}' % number for number in range(5)]
BATCH = sign_payloads(PAYLOADS, signer=SIGNER)


def refused(text: str, keys: dict[str, TrustedKey] = KEYS) -> str:
    with pytest.raises(ReceiptError) as caught:
        verified_payload(text, keys=keys)
    return caught.value.code


def with_parts(text: str = BATCH[2], **change: str) -> str:
    """One receipt of the batch with another payload, index or path behind the same signature."""
    *jws, payload, index, path = text.split(".")
    given = {"payload": payload, "index": index, "path": path} | change
    return ".".join([*jws, given["payload"], given["index"], given["path"]])


def signed_batch(signer: LocalSigner = SIGNER, typ: str = RECEIPT_TYP, **members: Any) -> str:
    given = {"v": 1, "root": b64url(root_of([leaf_hash(one) for one in PAYLOADS])), "size": len(PAYLOADS)} | members
    return sign_jws(header_extra={}, typ=typ, payload=rfc8785.dumps(given), signer=signer)


def with_batch(batch: str, number: int = 2) -> str:
    """One receipt with another signed batch before it."""
    return ".".join([batch, *BATCH[number].split(".")[3:]])


@pytest.mark.parametrize("suite", sorted(SUITES))
@pytest.mark.parametrize("size", [2, 3, 7, 64])
def test_every_receipt_of_a_batch_verifies_by_itself(suite: str, size: int) -> None:
    signer, keys = a_signer(suite)
    payloads = [os.urandom(40) for _ in range(size)]
    texts = sign_payloads(payloads, signer=signer)
    assert [verified_payload(text, keys=keys) for text in texts] == payloads
    assert [unverified_payload(text) for text in texts] == payloads
    assert len({text.rsplit(".", 3)[0] for text in texts}) == 1  # one signature
    assert all(map(looks_signed, texts))


def test_the_largest_batch_and_no_larger() -> None:
    payloads = [b"%d" % number for number in range(MAX_BATCH)]
    texts = sign_payloads(payloads, signer=SIGNER)
    assert verified_payload(texts[-1], keys=KEYS) == payloads[-1]
    for count in (0, MAX_BATCH + 1):
        with pytest.raises(ReceiptError):
            sign_payloads([b"x"] * count, signer=SIGNER)


def test_a_lone_receipt_is_signed_by_itself() -> None:
    (text,) = sign_payloads([b"{}"], signer=SIGNER)
    assert text.count(".") == 2
    assert verified_payload(text, keys=KEYS) == b"{}"


def test_refuses_another_payload_in_the_place() -> None:
    for payload in (b'{"receipt":9}', PAYLOADS[3], b""):
        assert refused(with_parts(payload=b64url(payload))) == "receipt.signature"


def test_refuses_an_inner_node_as_a_payload() -> None:
    """RFC 9162 sets leaves and nodes apart by a byte; without it two leaves together could pass for a payload."""
    left, right = leaf_hash(PAYLOADS[0]), leaf_hash(PAYLOADS[1])
    path = b64url_decode_strict(BATCH[0].rsplit(".", 1)[1])
    assert node_hash(left, right)
    for index in ("0", "1"):
        forged = with_parts(BATCH[0], payload=b64url(left + right), index=index, path=b64url(path[32:]))
        assert refused(forged) == "receipt.signature"


@pytest.mark.parametrize("index", ["0", "1", "3", "4", "5", "9999"])
def test_refuses_another_place(index: str) -> None:
    assert refused(with_parts(index=index)) == "receipt.signature"


@pytest.mark.parametrize(
    "index", ["", "02", "+2", "-2", " 2", "2 ", "2.0", "0x2", "二", "²", "٢", "10000", "2e0", "9" * 5000]
)
def test_refuses_a_place_that_is_not_the_shortest_number(index: str) -> None:
    assert refused(with_parts(index=index)) in {"receipt.malformed", "receipt.signature"}


def test_refuses_a_path_of_another_length() -> None:
    path = b64url_decode_strict(BATCH[2].rsplit(".", 1)[1])
    for other in (b"", path[:-32], path + path[-32:], path[32:], path + b"\0" * 32):
        assert refused(with_parts(path=b64url(other))) == "receipt.signature"
    for other in (path[:-1], path + b"\0", b"\0" * 32 * 11, b"\0" * 3200):
        assert refused(with_parts(path=b64url(other))) == "receipt.malformed"


def test_refuses_a_part_in_another_form_of_base64() -> None:
    payload, path = (BATCH[4].split(".")[at] for at in (3, 5))
    assert len(path) == 43  # so that its last character has unused bits
    for change in (
        {"payload": payload + "="},
        {"payload": payload + "\n"},
        {"payload": "+" + payload[1:]},
        {"path": path[:-1] + chr(ord(path[-1]) + 1)},
        {"path": path + "="},
    ):
        assert refused(with_parts(BATCH[4], **change)) == "receipt.malformed"


def test_refuses_another_root_and_another_size() -> None:
    assert verified_payload(with_batch(signed_batch()), keys=KEYS) == PAYLOADS[2]
    assert refused(with_batch(signed_batch(root=b64url(os.urandom(32))))) == "receipt.signature"
    assert refused(with_batch(signed_batch(root=b64url(os.urandom(31))))) == "receipt.signature"
    for size in (4, 6, 8, 1024):
        # The last leaf's place and path tell the sizes apart.
        assert refused(with_batch(signed_batch(size=size), 4)) == "receipt.signature"


@pytest.mark.parametrize(
    "members",
    [
        {"size": 1},
        {"size": 0},
        {"size": -5},
        {"size": MAX_BATCH + 1},
        {"size": True},
        {"size": "5"},
        {"size": 5.5},
        {"v": 2},
        {"v": True},
        {"root": None},
        {"root": "="},
        {"more": 1},
    ],
)
def test_refuses_a_batch_out_of_bounds(members: dict[str, Any]) -> None:
    assert refused(with_batch(signed_batch(**members))) == "receipt.malformed"


@pytest.mark.parametrize("payload", [b"[]", b"7", b'["v","root","size"]', b'"x"'])
def test_refuses_a_signed_batch_that_is_no_object(payload: bytes) -> None:
    assert refused(f"{sign_payload(payload, signer=SIGNER)}.AAAA.0.") == "receipt.malformed"


def test_refuses_a_receipt_of_a_batch_that_is_larger_than_any() -> None:
    assert refused(with_parts(payload="A" * 4 * 40_000)) == "receipt.malformed"


def test_refuses_a_batch_of_one() -> None:
    batch = signed_batch(root=b64url(leaf_hash(PAYLOADS[0])), size=1)
    assert refused(f"{batch}.{b64url(PAYLOADS[0])}.0.") == "receipt.malformed"


def test_refuses_a_batch_under_another_key_or_of_another_kind() -> None:
    other, other_keys = a_signer("ES256")
    assert refused(with_batch(signed_batch(other))) == "receipt.key_unknown"
    forged = LocalSigner(kid=SIGNER.kid, suite="ES256", private_key=other.private_key)
    assert refused(with_batch(signed_batch(forged))) == "receipt.signature"
    assert refused(BATCH[0], other_keys) == "receipt.key_unknown"
    assert refused(with_batch(signed_batch(typ="huzheng-release+jwt"))) == "receipt.signature"


def test_refuses_a_receipt_of_another_number_of_parts() -> None:
    for text in (BATCH[2] + ".AAAA", BATCH[2].rsplit(".", 1)[0], BATCH[2].split(".", 1)[1], "", ".....", "......"):
        assert refused(text) in {"receipt.malformed", "receipt.signature"}
        with pytest.raises(ReceiptError):
            unverified_promise(text)


def test_refuses_a_receipt_that_is_too_large() -> None:
    fitting, larger = sign_payloads([b"x" * 90_000, b"x" * 110_000], signer=SIGNER)
    assert verified_payload(fitting, keys=KEYS)
    assert refused(larger) == "receipt.malformed"
    with pytest.raises(ReceiptError):
        unverified_payload(larger)


def test_a_signed_batch_is_no_receipt_and_a_receipt_is_no_batch() -> None:
    payload = a_promise()
    for text in (signed_batch(), f"{sign_payload(payload, signer=SIGNER)}.{b64url(payload)}.0.{b64url(bytes(32))}"):
        with pytest.raises(ReceiptError) as caught:
            verified(text)
        assert caught.value.code == "receipt.malformed"


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(BATCH[2]) - 1), to=st.characters(codec="ascii") | st.sampled_from(["", ".", "=", "A"]))
def test_no_changed_character_passes(at: int, to: str) -> None:
    changed = BATCH[2][:at] + to + BATCH[2][at + 1 :]
    if changed != BATCH[2]:
        assert refused(changed) in {"receipt.malformed", "receipt.signature", "receipt.key_unknown"}


def a_promise(number: int = 0) -> bytes:
    entry, _ = build_entry(
        kind=EntryKind.LOOKUP_VERIFIED, hour="2026-03-01T08Z", members={"verdict": "VALID"}, random=os.urandom
    )
    return promise_payload(
        entry_bytes=entry,
        lookup_id=f"0f8fad5b-d9cb-469f-a165-7086772895{number:02d}",
        node_region="330000",
        origin=ORIGIN,
        at=AT,
        promised_by=AT + timedelta(seconds=60),
    )


def verified(receipt: str | bytes) -> VerifiedReceipt:
    return verify_receipt(
        receipt,
        receipt_keys=KEYS,
        log_key=LOG.key,
        origin=ORIGIN,
        witness_keys=[note_signer("shanghai.example/witness", 2, SignatureType.COSIGNATURE_V1).key],
        at=AT + timedelta(seconds=5),
    )


def test_a_promise_of_a_batch_is_a_promise() -> None:
    payloads = [a_promise(number) for number in range(3)]
    for number, text in enumerate(sign_payloads(payloads, signer=SIGNER)):
        receipt = verified(text)
        assert receipt.state is ReceiptState.PROMISED
        assert receipt.promise == unverified_promise(text)
        assert receipt.promise.lookup_id.endswith(f"{number:02d}")


def test_a_completed_receipt_may_hold_a_promise_of_a_batch() -> None:
    payload = promise_payload(
        entry_bytes=ENTRY,
        lookup_id="0f8fad5b-d9cb-469f-a165-70867728950e",
        node_region="330000",
        origin=ORIGIN,
        at=AT,
        promised_by=AT + timedelta(seconds=60),
    )
    _, text = sign_payloads([a_promise(), payload], signer=SIGNER)
    assert verified(completed(text)).state is ReceiptState.INCLUDED
