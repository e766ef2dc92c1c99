"""SD-JWT presentations: their JWT, their disclosures, and the way these fit together."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from certificates.core.canonical import b64url
from certificates.core.digests import digest
from certificates.core.errors import CredentialError
from certificates.core.sd_jwt import IssuedCredential, build_credential, present
from certificates.core.sd_jwt_format import CredentialClaims, DigestTotals, VerifiedCredential
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.signature_facts import KnownSignatures
from certificates.core.signing.registry import SUITES
from certificates.core.status_list import StatusReference
from tests.fuzz.keys import Pair, pair
from tests.fuzz.spoil_bytes import text_mutators
from tests.fuzz.spoil_json import spoil_json
from tests.fuzz.spoil_tokens import decoded, parts_of, signed, token_mutators
from tests.fuzz.target import Mutant, Mutator, Target
from tests.rfc9901_reader import NotAnSdJwt, read_sd_jwt

_IAT = 1_790_000_000


def credential_target(suite: str) -> Target:
    """Presentations of two credentials of one issuer."""
    by = pair(suite, 1)
    issued = [_issued(by, number) for number in range(2)]
    seeds = [text for one in issued for text in _presentations(one)]
    every = {one.jwt: _everything(one, by) for one in issued}

    def entitled(_text: Any, meaning: VerifiedCredential) -> bool:
        offered = every.get(meaning.jwt)
        return offered is not None and all(shown in offered.get(name, ()) for name, shown in meaning.shown.items())

    return Target(
        name=f"sd-jwt-{suite}",
        seeds=seeds,
        read=_with_and_without_memory(by),
        named=(CredentialError,),
        entitled=entitled,
        sound=_agrees,
        mutators=[*text_mutators(seeds), *_disclosure_mutators(issued, by), *_jwt_mutators(issued, by)],
        weight=40,
    )


def _with_and_without_memory(by: Pair) -> Callable[[str], VerifiedCredential]:
    """Verified anew, and twice with what is remembered of good signatures: all three must say the same."""
    known = KnownSignatures()

    def outcome(text: str, memory: KnownSignatures | None) -> VerifiedCredential | CredentialError:
        try:
            return verify_credential(text, key=by.trusted, known=memory)
        except CredentialError as refusal:
            return refusal

    def read(text: str) -> VerifiedCredential:
        first = outcome(text, None)
        for again in (outcome(text, known), outcome(text, known)):
            same = (
                again.code == first.code
                if isinstance(again, CredentialError) and isinstance(first, CredentialError)
                else again == first
            )
            if not same:
                raise AssertionError("a remembered signature changes the answer")
        if isinstance(first, CredentialError):
            raise first
        return first

    return read


def _issued(by: Pair, number: int) -> IssuedCredential:
    return build_credential(
        values={
            "holder_name": ("张三丰", "李四") if number else "张三丰",
            "licence_number": f"浙A-00{number}",
            "scope": "餐饮" * 20,
        },
        masked={"holder_name": "张**", "scope": "餐**"},
        facts=("age_over_18", "is_citizen"),
        totals=DigestTotals(sd=6, masked=4, facts=4),
        claims=CredentialClaims(
            iss="https://zj.example.cn",
            vct="urn:huzheng:licence-type:11100000000013338W011:1",
            region="330000",
            iat=_IAT,
            nbf=_IAT,
            exp=_IAT + 86_400 * 300,
            status=StatusReference(uri="https://zj.example.cn/status-lists/17", index=number),
        ),
        x5c=(b"\x30\x82" + bytes(range(200)),),
        signer=by.signer,
        random=Random(number).randbytes,
    )


def _presentations(one: IssuedCredential) -> list[str]:
    keys = list(one.disclosures)
    grains = [[key for key in keys if key.grain is grain] for grain in dict.fromkeys(key.grain for key in keys)]
    return [present(one.jwt, [one.disclosures[key] for key in chosen]) for chosen in (*grains, [])]


def _everything(one: IssuedCredential, by: Pair) -> dict[str, list[Any]]:
    """Each field's values at every grain that the issuer signed."""
    offered: dict[str, list[Any]] = {}
    for text in one.disclosures.values():
        for name, shown in verify_credential(present(one.jwt, [text]), key=by.trusted).shown.items():
            offered.setdefault(name, []).append(shown)
    return offered


def _agrees(text: str, meaning: VerifiedCredential) -> bool:
    """A general reader of RFC 9901 sees the same values under the same grains, and the same claims."""
    try:
        read = read_sd_jwt(text)
    except (NotAnSdJwt, ValueError, LookupError, TypeError):
        return False
    found = {"full": {}, "masked": read["masked"], "fact": read["facts"]}
    found["full"] = {name: value for name, value in read.items() if name in meaning.shown}
    shown: dict[str, dict[str, Any]] = {"full": {}, "masked": {}, "fact": {}}
    for name, item in meaning.shown.items():
        shown[item.grain.value][name] = list(item.value) if isinstance(item.value, tuple) else item.value
    claims = meaning.claims
    return shown == found and (read["iss"], read["vct"], read["exp"]) == (claims.iss, claims.vct, claims.exp)


def _disclosure_mutators(issued: list[IssuedCredential], by: Pair) -> list[Mutator]:
    all_of_them = [text for one in issued for text in one.disclosures.values()]

    def drop(rng: Random, items: list[str]) -> list[str]:
        at = rng.randrange(len(items) + 1)
        return items[:at] + items[at + 1 :]

    def add(rng: Random, items: list[str]) -> list[str]:
        return [*items, rng.choice(all_of_them)]

    def double(rng: Random, items: list[str]) -> list[str]:
        return [*items, rng.choice(items)] if items else items

    def shuffle(rng: Random, items: list[str]) -> list[str]:
        return rng.sample(items, len(items))

    def spoil(rng: Random, items: list[str]) -> list[str]:
        if not items:
            return [b64url(spoil_json(rng, b'["c2FsdHNhbHRzYWx0c2FsdA","holder_name","x"]'))]
        at = rng.randrange(len(items))
        return [*items[:at], b64url(spoil_json(rng, decoded(items[at]))), *items[at + 1 :]]

    def many(rng: Random, items: list[str]) -> list[str]:
        return [*items, *(b64url(b"%d" % number) for number in range(rng.choice((100, 128, 129, 5_000))))]

    changes = (drop, add, add, double, shuffle, spoil, spoil, many)
    return [*(_plain(change) for change in changes), _bound(by), _claimed(by)]


def _plain(change: Any) -> Mutator:
    def mutate(rng: Random, text: str) -> Mutant:
        jwt, *items = text.split("~")
        return Mutant("~".join([jwt, *change(rng, [item for item in items if item]), ""]))

    return mutate


def _bound(by: Pair) -> Mutator:
    """A key-binding JWT behind the presentation, made by the issuer's key or a stranger's."""

    def mutate(rng: Random, text: str) -> Mutant:
        head = json.dumps({"alg": by.signer.suite, "typ": rng.choice(("kb+jwt", "JWT", "dc+sd-jwt"))}).encode()
        body = json.dumps({"iat": _IAT, "nonce": "n" * 22, "aud": "x", "sd_hash": b64url(bytes(32))}).encode()
        return Mutant(text + rng.choice((signed(head, body, by.signer), "e30.e30.", "~", "x")))

    return mutate


def _claimed(by: Pair) -> Mutator:
    """An issuer gone wrong signs the digest of a spoilt disclosure, and it is shown."""

    def mutate(rng: Random, text: str) -> Mutant:
        jwt, *items = text.split("~")
        header, payload, _ = map(decoded, parts_of(jwt))
        base = rng.choice([item for item in items if item] or [b64url(b'["c2FsdHNhbHRzYWx0c2FsdA","a","x"]')])
        spoilt = b64url(spoil_json(rng, decoded(base)))
        try:
            claims = json.loads(payload)
            array = rng.choice((claims["_sd"], claims["masked"]["_sd"], claims["facts"]["_sd"]))
            array.append(b64url(digest(SUITES[by.signer.suite].sd_alg)(spoilt.encode())))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return Mutant(text)
        jwt = signed(header, json.dumps(claims).encode(), by.signer)
        return Mutant("~".join([jwt, *(item for item in items if item), spoilt, ""]), ours=True)

    return mutate


def _jwt_mutators(issued: list[IssuedCredential], by: Pair) -> list[Mutator]:
    def over_the_jwt(change: Mutator) -> Mutator:
        def mutate(rng: Random, text: str) -> Mutant:
            jwt, tilde, rest = text.partition("~")
            changed = change(rng, jwt)
            return Mutant(changed.input + tilde + rest, ours=changed.ours)

        return mutate

    return [over_the_jwt(change) for change in token_mutators([one.jwt for one in issued], by=by)]
