"""Signed statements between nodes: status lists, releases, bundles, trust lists, receipts, each under the key of its purpose."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from certificates.core import deterministic_cbor as cbor
from certificates.core.canonical import canonical_json
from certificates.core.cose import sign1
from certificates.core.errors import StatusListError
from certificates.core.signing.jws import sign_jws
from certificates.core.status_bits import compress, pack
from certificates.core.status_cwt import TYP as CWT_TYP
from certificates.core.status_cwt import build_status_cwt, verify_status_cwt
from certificates.core.status_list import build_status_token, encode, verify_status_token
from tests.fuzz.keys import THIEF, Pair, pair
from tests.fuzz.spoil_bytes import bytes_mutators
from tests.fuzz.spoil_cbor import spoil_cbor
from tests.fuzz.spoil_json import json_mutators
from tests.fuzz.spoil_tokens import has_one_reading, token_mutators
from tests.fuzz.target import Mutant, Mutator, Target, one_of
from tests.unit.verification import scene
from tests.unit.verification.province import GD, NOW, ZJ, signer_of
from verification.core.agency_keys import AGENCY_KEYS_TYP, AgencyKeys, build_agency_keys, verify_agency_keys
from verification.core.errors import IssuerError, ReleaseError, TrustListError
from verification.core.release import build_release, verify_release
from verification.core.trust_keys import NodeKeyEntry, Purpose, node_key
from verification.core.trust_list import TrustedRegion, load_trust_list, payload_of

_URI = "https://330000.example/status-lists/1"


def statement_targets(suite: str) -> list[Target]:
    """One target for each kind of statement."""
    region = _region(suite)
    return [_status(suite), _status_cwt(suite), _release(suite, region), _bundle(suite, region)]


def _region(suite: str) -> TrustedRegion:
    """The scene's region with the fuzzer's keys, a different one for each purpose, so that none may stand in for another."""
    keys: dict[Purpose, tuple[NodeKeyEntry, ...]] = {
        purpose: (node_key(suite=suite, spki=_of(purpose, suite).spki, valid_from=NOW - timedelta(days=90)),)
        for purpose in Purpose
        if purpose is not Purpose.LOG
    }
    return replace(scene.WORLD.trust_list.region(ZJ), keys=keys)


def _of(purpose: Purpose, suite: str) -> Pair:
    return pair(suite, 10 + list(Purpose).index(purpose))


def _target(
    name: str, seeds: list[str], read: Callable[[Any], Any], named: type[Exception], by: Pair, suite: str
) -> Target:
    lent = [*seeds, *_foreign_tokens(suite)]
    return Target(
        name=f"{name}-{suite}",
        seeds=seeds,
        read=read,
        named=(named,),
        entitled=one_of(*map(read, seeds)),
        sound=has_one_reading,
        mutators=[*token_mutators(lent, by=by), _whole_foreign(lent)],
    )


def _foreign_tokens(suite: str) -> list[str]:
    """Good statements of other kinds and purposes: cross-type confusion in both directions."""
    payload = canonical_json({"iss": ZJ, "aud": GD, "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 60})
    return [
        sign_jws(header_extra={}, typ=typ, payload=payload, signer=_of(purpose, suite).signer)
        for purpose, typ in (
            (Purpose.RECEIPT, "huzheng-release+jwt"),
            (Purpose.BUNDLE, AGENCY_KEYS_TYP),
            (Purpose.STATUS, "JWT"),
        )
    ]


def _whole_foreign(tokens: list[str]) -> Mutator:
    return lambda rng, _seed: Mutant(rng.choice(tokens))


def _status(suite: str) -> Target:
    by, start = _of(Purpose.STATUS, suite), int(NOW.timestamp())
    keys = {by.trusted.kid: by.trusted}
    seeds = [
        build_status_token(
            uri=_URI, lst=encode(listed, size=64), bits=2, iat=start, exp=start + 600, ttl=300, signer=by.signer
        )
        for listed in ({7: 1}, {}, {1: 2, 63: 1})
    ]
    return _target(
        "status-list",
        seeds,
        lambda token: verify_status_token(token, uri=_URI, keys=keys, at=NOW),
        StatusListError,
        by,
        suite,
    )


def _status_cwt(suite: str) -> Target:
    by, start = _of(Purpose.STATUS, suite), int(NOW.timestamp())
    keys = {by.trusted.kid: by.trusted}
    seeds = [
        build_status_cwt(
            uri=_URI,
            stream=compress(pack(listed, size=64, bits=2)),
            bits=2,
            iat=start,
            exp=start + 600,
            ttl=300,
            signer=by.signer,
        )
        for listed in ({7: 1}, {})
    ]

    def read(data: bytes) -> Any:
        return verify_status_cwt(data, uri=_URI, keys=keys, at=NOW)

    def tree(rng: Random, data: bytes) -> Mutant:
        return Mutant(b"\xd2" + spoil_cbor(rng, data[1:]))

    def ours(rng: Random, data: bytes) -> Mutant:
        payload = cbor.decode(data[1:])[2]
        return Mutant(sign1(spoil_cbor(rng, payload), signer=by.signer, typ=CWT_TYP), ours=True)

    def stranger(rng: Random, data: bytes) -> Mutant:
        payload, signer = cbor.decode(data[1:])[2], rng.choice((pair(suite, THIEF), _of(Purpose.RELEASE, suite))).signer
        return Mutant(sign1(payload, signer=signer, typ=rng.choice((CWT_TYP, None))))

    return Target(
        name=f"status-cwt-{suite}",
        seeds=seeds,
        read=read,
        named=(StatusListError,),
        entitled=one_of(*map(read, seeds)),
        mutators=[*bytes_mutators(seeds), tree, tree, tree, ours, ours, ours, stranger],
    )


def _release(suite: str, region: TrustedRegion) -> Target:
    by = _of(Purpose.RELEASE, suite)
    texts = [
        build_release(
            issuer_region=ZJ,
            audience_region=audience,
            lookup_id=scene.LOOKUP,
            presented="a.b.c~d~",
            at=NOW,
            signer=by.signer,
        )
        for audience in (GD, "510000")
    ]

    def read(token: str) -> Any:
        return verify_release(
            token, region=region, audience_region=GD, lookup_id=scene.LOOKUP, presented="a.b.c~d~", at=NOW
        )

    lent = [*texts, *_foreign_tokens(suite)]
    return Target(
        name=f"release-{suite}",
        seeds=texts[:1],
        read=read,
        named=(ReleaseError,),
        entitled=one_of(read(texts[0])),
        sound=has_one_reading,
        mutators=[*token_mutators(lent, by=by), _whole_foreign(lent)],
    )


def _bundle(suite: str, region: TrustedRegion) -> Target:
    by = _of(Purpose.BUNDLE, suite)
    seeds = [
        build_agency_keys(
            region_code=ZJ,
            version=version,
            issued_at=NOW,
            expires_at=NOW + timedelta(days=3),
            keys=[scene.key_entry()],
            signer=by.signer,
        )
        for version in (1, 2)
    ]

    def read(token: str) -> Any:
        return _comparable(verify_agency_keys(token, region=region, at=NOW))

    return _target("agency-keys", seeds, read, IssuerError, by, suite)


def _comparable(keys: AgencyKeys) -> Any:
    """Loaded keys are compared by what they were loaded from."""
    entries = {kid: replace(entry, key=entry.key.kid) for kid, entry in keys.by_kid.items()}  # type: ignore[arg-type]
    return replace(keys, by_kid=entries)


def trust_list_target() -> Target:
    """The file that travels: JSON around a JWS, and the anchor's key beside it."""
    world = scene.WORLD
    seeds = [world.file(payload_of(world.trust_list) | {"version": version}) for version in (7, 8)]

    def read(data: bytes) -> Any:
        return payload_of(load_trust_list(data, anchor_fingerprint=world.fingerprint, at=NOW))

    anchor = signer_of(world.anchor_key)
    by = Pair(signer=anchor, trusted=None, spki=b"anchor")  # type: ignore[arg-type]
    tokens = [json.loads(seed)["trust_list"] for seed in seeds]

    def inside(change: Mutator) -> Mutator:
        def mutate(rng: Random, data: bytes) -> Mutant:
            file: Mapping[str, Any] = json.loads(data)
            changed = change(rng, file["trust_list"])
            return Mutant(json.dumps({**file, "trust_list": changed.input}).encode(), ours=changed.ours)

        return mutate

    return Target(
        name="trust-list",
        seeds=seeds,
        read=read,
        named=(TrustListError,),
        entitled=one_of(*map(read, seeds)),
        mutators=[*json_mutators() * 4, *bytes_mutators(seeds), *map(inside, token_mutators(tokens, by=by))],
        weight=8,
    )
