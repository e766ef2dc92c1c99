"""Receipts signed together over receipts signed one by one, where a signature is dear (SM2) and where it is not."""

import os
from collections.abc import Callable
from datetime import timedelta

from benchmarks.result import Row, Section
from benchmarks.rounds import Timings, interleave
from benchmarks.sample_credential import AT, make_issuer
from verification.core.lookup_entry import EntryKind, build_entry, hour_of
from verification.core.receipt import promise_payload
from verification.core.receipt_signature import sign_payload, sign_payloads, verified_payload

ROUNDS = 12
SIZES = (8, 64)  # what the threads of one web process bring at once, and of many
_MEMBERS = {f"member.n{number}": "杭州市西湖区文化中心" for number in range(20)}


def receipts_together() -> Section:
    """This will measure receipts a second in both suites, and checking one of a batch over checking one by itself."""
    rows: list[Row] = []
    numbers: dict[str, object] = {}
    for suite in ("SM2", "ES256"):
        timings = interleave(_contestants(suite), rounds=ROUNDS)
        numbers[suite] = {f"{name}_us": round(timings.median(name) * 1e6, 1) for name in timings.seconds}
        rows += [_row(suite, size, timings) for size in SIZES]
        if suite == "SM2":
            rows.append(
                Row(
                    name="check one of a batch over one by itself, SM2",
                    measured=timings.speed_ratio("check batch", over="check single"),
                    unit="ratio",
                    beside=f"{timings.per_second('check batch'):,.0f}/s: one more path of six hashes",
                )
            )
    return Section(
        title="Receipts signed together over one by one (a promise over an entry of 22 members)",
        rows=tuple(rows),
        numbers=numbers,
        words=(
            "A node signs ES256 receipts one by one all the same: a batch would save less than 0.03 ms of a look of several.",
        ),
    )


def _row(suite: str, size: int, timings: Timings) -> Row:
    single, batch = timings.per_second("single"), size * timings.per_second(f"batch {size}")
    return Row(
        name=f"{size} receipts under one {suite} signature",
        measured=size * timings.speed_ratio(f"batch {size}", over="single"),
        unit="times",
        beside=f"{batch:,.0f}/s beside {single:,.0f}/s one by one, one core",
    )


def _contestants(suite: str) -> dict[str, Callable[[int], object]]:
    issuer = make_issuer(suite)
    signer, keys = issuer.signer, {issuer.trusted.kid: issuer.trusted}
    entries = [_entry() for _ in range(max(SIZES))]
    single_text = sign_payload(_promise(entries[0]), signer=signer)
    batch_text = sign_payloads([_promise(entry) for entry in entries], signer=signer)[17]

    def single(calls: int) -> None:
        for number in range(calls):
            sign_payload(_promise(entries[number % len(entries)]), signer=signer)

    def batch_of(size: int) -> Callable[[int], object]:
        def batch(calls: int) -> None:
            for _ in range(calls):
                sign_payloads([_promise(entry) for entry in entries[:size]], signer=signer)

        return batch

    def check(text: str) -> Callable[[int], object]:
        def run(calls: int) -> None:
            for _ in range(calls):
                verified_payload(text, keys=keys)

        return run

    return {
        "single": single,
        **{f"batch {size}": batch_of(size) for size in SIZES},
        "check single": check(single_text),
        "check batch": check(batch_text),
    }


def _entry() -> bytes:
    entry, _ = build_entry(kind=EntryKind.LOOKUP_VERIFIED, hour=hour_of(AT), members=_MEMBERS, random=os.urandom)
    return entry


def _promise(entry: bytes) -> bytes:
    return promise_payload(
        entry_bytes=entry,
        lookup_id="0f8fad5b-d9cb-469f-a165-70867728950e",
        node_region="330000",
        origin="330000.example/log",
        at=AT,
        promised_by=AT + timedelta(seconds=60),
    )
