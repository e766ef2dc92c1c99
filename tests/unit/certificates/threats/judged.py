"""T13, T26, Q13, Q16, S1 to S4, S6 to S9: what only the whole verdict, the trust list or the status list can refuse."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from certificates.core.canonical import b64url
from certificates.core.status_list import MAX_INFLATED_BYTES, decode
from certificates.core.x509_extensions import EXTENDED_KEY_USAGE, KEY_USAGE
from certificates.core.x509_scope import LICENCE_SCOPE
from tests.unit.certificates.threats.case import Case
from tests.unit.certificates.x509_parts import Key, remade
from tests.unit.suite_in_use import suite_in_use
from tests.unit.verification.province import GD, NOW, signer_of
from tests.unit.verification.scene import (
    bundle,
    foreign_code,
    key_entry,
    leaf,
    presented,
    seal,
    seal_check,
    status_list,
    thief,
    world,
)
from verification.core.evidence import Evidence, InputKind
from verification.core.presentation_kind import claimed_region
from verification.core.trust_list import load_trust_list, payload_of
from verification.core.verdict import VerdictOutcome
from verification.core.verify import verify


def _verdict(number: str, name: str, make: Callable[[], Evidence], code: str, *, days: int = 0) -> Case:
    """A verdict that is not VALID, with this code on one of its lines."""

    def run() -> str:
        verdict = verify(make(), NOW + timedelta(days=days))
        assert verdict.outcome is not VerdictOutcome.VALID
        codes = [check.code for check in verdict.checks]
        return code if code in codes else " ".join(codes)

    return Case(number=number, name=name, run=run, code=code)


def _signed_by(key: Any, *x5c: bytes) -> str:
    return presented(x5c=x5c, signer=signer_of(key))


def _self_signed() -> bytes:
    thief_ca = world().zj.ca(private_key=thief())
    return world().zj.leaf(thief_ca, ca_private_key=thief(), private_key=thief())


def _leaf_without(oid: str) -> bytes:
    """The agency's certificate as its CA might have made it, without one extension."""
    ca_key = Key(suite=suite_in_use().name, private=world().zj.ca_key)
    return remade(leaf(), ca_key, drop=[oid])


def _with_leaf(der: bytes, key: Any = None) -> Evidence:
    """Even where the region's bundle were to list the key: the chain itself must hold."""
    return foreign_code(
        presented(x5c=(der,), signer=signer_of(key or world().zj.agency_key)), agency_keys=bundle(key_entry(x5c=(der,)))
    )


def _file(**changes: Any) -> bytes:
    return world().file(payload_of(world().trust_list) | changes)


def _list_row(number: str, name: str, make: Callable[[], bytes], code: str, **changes: Any) -> Case:
    def run() -> Any:
        return load_trust_list(make(), **({"anchor_fingerprint": world().fingerprint, "at": NOW} | changes))

    return Case(number=number, name=name, run=run, code=code)


def _altered(at: str, old: bytes, new: bytes) -> bytes:
    """The stored file with a few bytes of its signed part exchanged for others that still decode."""
    file = json.loads(_file())
    head, body, signature = file["trust_list"].split(".")
    parts = {"body": body, "signature": signature}
    parts[at] = parts[at][:40] + ("B" if parts[at][40] == "A" else "A") + parts[at][41:]
    file["trust_list"] = f"{head}.{parts['body']}.{parts['signature']}"
    return json.dumps(file).encode().replace(old, new)


def _by_another_anchor() -> bytes:
    return replace(world(), anchor_key=thief()).file(payload_of(world().trust_list))


def _own_anchor_shown() -> bytes:
    """The true anchor's key beside a list that a thief signed."""
    ours, theirs = json.loads(_file()), json.loads(_by_another_anchor())
    return json.dumps(theirs | {"anchor": ours["anchor"]}).encode()


def _entry(index: Any) -> Any:
    return status_list().status(index)


def _bomb() -> str:
    import zlib

    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(2**20)) for _ in range(MAX_INFLATED_BYTES // 2**20 + 1))
    return b64url(data + packer.flush())


_OF_GD = {"region": GD}

CASES: tuple[Case, ...] = (
    _verdict(
        "T13", "nobody-bound", lambda: foreign_code(kind=InputKind.SD_JWT, presence=None), "presenter.not_checked"
    ),
    _verdict(
        "T26", "self-signed-unlisted", lambda: foreign_code(_signed_by(thief(), _self_signed())), "issuer.key_unknown"
    ),
    _verdict("T26", "other-root", lambda: _with_leaf(_self_signed(), thief()), "issuer.unknown_ca"),
    *(
        _verdict("T26", f"without-{name}", lambda oid=oid: _with_leaf(_leaf_without(oid)), code)
        for name, oid, code in (
            ("our-purpose", EXTENDED_KEY_USAGE, "issuer.extended_key_usage"),
            ("key-usage", KEY_USAGE, "issuer.key_usage"),
            ("our-scope", LICENCE_SCOPE, "issuer.scope"),
        )
    ),
    _verdict(
        "T26",
        "anchor-included",
        lambda: foreign_code(presented(x5c=(leaf(), world().zj_ca))),
        "issuer.anchor_included",
    ),
    _verdict("T26", "anchor-as-leaf", lambda: foreign_code(presented(x5c=(world().zj_ca,))), "issuer.key_unknown"),
    _verdict("T26", "no-certificate", lambda: foreign_code(presented(x5c=(b"\x30\x00",))), "issuer.unreadable"),
    _verdict("Q13", "photo-of-a-code", lambda: foreign_code(presence=None), "presenter.not_checked"),
    _verdict(
        "Q13",
        "photo-of-a-seal-code",
        lambda: foreign_code(seal(), kind=InputKind.SEAL_CODE, presence=None),
        "presenter.not_checked",
    ),
    Case(
        number="Q16",
        name="never-followed",
        run=lambda: claimed_region("https://zhejiang.example/HZP1:330000:" + "A" * 26),
        code="presentation.unreadable",
    ),
    *(
        Case(number="S3", name=f"index-{i}", run=lambda i=i: _entry(i), code="status_list.index")
        for i in (-1, 64, 1.0, 2**63)
    ),
    Case(number="S4", name="bomb", run=lambda: decode(_bomb(), bits=2), code="status_list.limit"),
    _list_row("S6", "payload", lambda: _altered("body", b"", b""), "trust_list.signature"),
    _list_row("S6", "signature", lambda: _altered("signature", b"", b""), "trust_list.signature"),
    _list_row("S6", "thumbprint", _file, "trust_list.fingerprint", anchor_fingerprint="A" * 43),
    _list_row("S7", "other-anchor", _by_another_anchor, "trust_list.fingerprint"),
    _list_row("S7", "true-anchor-shown", _own_anchor_shown, "trust_list.signature"),
    _verdict("S8", "credential", lambda: foreign_code(presented(region=GD)), "issuer.scope"),
    _verdict("S8", "seal-code", lambda: seal_check(seal(region=GD)), "issuer.scope"),
    _verdict(
        "S8",
        "type-of-another-region",
        lambda: foreign_code(presented(vct="urn:huzheng:licence-type:marriage:1")),
        "issuer.type_not_of_region",
    ),
    _verdict("S9", "expired-offline", foreign_code, "trust_list.expired", days=80),
    _list_row("S9", "clock-set-back", _file, "trust_list.from_future", at=NOW - timedelta(days=30)),
    _list_row("S9", "older-list-after-a-newer", _file, "trust_list.older", seen_version=8),
)
