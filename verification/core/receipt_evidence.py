"""Verifying a receipt that somebody brings, under the keys that the trust list has for the node that gave it."""

from dataclasses import replace
from datetime import datetime

from verification.core.errors import ReceiptError, TrustListError
from verification.core.evidence import Missing
from verification.core.log_key import added_log_keys, note_key
from verification.core.note import NoteKey, parse_vkey
from verification.core.receipt import (
    HEAD_UNWITNESSED,
    ReceiptState,
    VerifiedReceipt,
    unverified_promise,
    verify_receipt,
)
from verification.core.trust_keys import NodeKeyEntry, Purpose
from verification.core.trust_list import TrustedRegion, TrustList


def receipt_evidence(data: bytes, *, trust_list: TrustList, at: datetime) -> VerifiedReceipt | Missing:
    """This will give the verified receipt, or why it is none; retired keys count for the time when they were in force.

    When a head was signed is its signer's word alone, so one under a log key that is not in force at `at` proves nothing
    without the cosignature of a listed witness: it is `UNWITNESSED`.

    Raises ReceiptError `receipt.malformed` for a text that cannot be taken apart.
    """
    promise = unverified_promise(data)
    try:
        region = trust_list.region(promise.region)
    except TrustListError as refused:
        return Missing(code=refused.code)
    refusal = Missing(code="receipt.key_unknown")
    for entry in _log_keys(region, at):
        try:
            found = verify_receipt(
                data,
                receipt_keys=region.keys_in_force(Purpose.RECEIPT, at=promise.issued_at),
                log_key=note_key(entry, origin=region.log_origin),
                added_keys=added_log_keys(region),
                origin=region.log_origin,
                witness_keys=_witnesses(trust_list, region),
                at=at,
            )
        except ReceiptError as refused:
            refusal = Missing(code=refused.code)
        else:
            return found if entry.in_force(at) else _under_ended_key(found)
    return refusal


def _under_ended_key(found: VerifiedReceipt) -> VerifiedReceipt:
    if found.state is not ReceiptState.INCLUDED or found.cosignatures:
        return found
    return replace(found, state=ReceiptState.UNWITNESSED, code=HEAD_UNWITNESSED)


def _log_keys(region: TrustedRegion, at: datetime) -> list[NodeKeyEntry]:
    # Those in force first: one key may be listed for two periods.
    return sorted(region.keys.get(Purpose.LOG, ()), key=lambda entry: not entry.in_force(at))


def _witnesses(trust_list: TrustList, region: TrustedRegion) -> tuple[NoteKey, ...]:
    # Nobody witnesses its own log.
    others = (other for other in trust_list.regions.values() if other.code != region.code)
    return tuple(parse_vkey(witness.vkey) for other in others for witness in other.witnesses)
