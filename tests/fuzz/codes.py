"""What is scanned or typed: seal codes layer by layer, presentation codes, and the small codings beneath."""

import json
import zlib
from random import Random
from typing import Any

from certificates.core import base45, presentation_code
from certificates.core import deterministic_cbor as cbor
from certificates.core.canonical import b64url, b64url_decode_strict, canonical_json, strict_json_loads
from certificates.core.cose import sign1
from certificates.core.errors import CanonicalError, CredentialError, PresentationError, SealCodeError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_format import Shown
from certificates.core.seal_code import SealContent, build_seal_code, verify_seal_code
from certificates.core.signing.suite import TrustedKey, kid_bytes
from certificates.core.status_list import StatusReference
from tests.fuzz.keys import THIEF, Pair, pair
from tests.fuzz.spoil_bytes import bytes_mutators, text_mutators
from tests.fuzz.spoil_cbor import spoil_cbor
from tests.fuzz.spoil_json import json_mutators
from tests.fuzz.target import Mutant, Mutator, Target, one_of

_IAT = 1_790_000_000
_TAG = b"\xd2"


def seal_code_target(suite: str) -> Target:
    """Three printed codes of one agency."""
    by = pair(suite, 1)
    seeds = [build_seal_code(_content(number), signer=by.signer) for number in range(3)]

    def resolve(kid: bytes) -> TrustedKey:
        if kid != kid_bytes(by.trusted.kid):
            raise CredentialError("key.unknown", "no trusted key has this key id")
        return by.trusted

    def read(text: str) -> Any:
        return verify_seal_code(text, resolve_key=resolve)

    return Target(
        name=f"seal-code-{suite}",
        seeds=seeds,
        read=read,
        named=(SealCodeError, CredentialError),
        entitled=one_of(*map(read, seeds)),
        mutators=[*text_mutators(seeds), *_layers(seeds, by)],
        weight=25,
    )


def _content(number: int) -> SealContent:
    return SealContent(
        region="330000",
        type_code="11100000000013338W011",
        type_version=1,
        fields={
            "holder_name": Shown(Grain.MASKED, ("张**", "李**")),
            "licence_number": Shown(Grain.FULL, f"浙A-00{number}"),
            "age_over_18": Shown(Grain.FACT, True),
        },
        status=StatusReference(uri="https://zj.example.cn/status-lists/17", index=number),
        issued_at=_IAT,
        expires_at=_IAT + 86_400,
    )


def _layers(seeds: list[str], by: Pair) -> list[Mutator]:
    def unpacked(text: str) -> bytes:
        return zlib.decompressobj().decompress(base45.decode(text[4:]), 100_000)

    def packed(cose: bytes, level: int = 9) -> str:
        return "HZ1:" + base45.encode(zlib.compress(cose, level))

    def compressed(rng: Random, text: str) -> Mutant:
        data = base45.decode(text[4:])
        return Mutant("HZ1:" + base45.encode(rng.choice(bytes_mutators([data]))(rng, data).input))

    def recompressed(rng: Random, text: str) -> Mutant:
        return Mutant(packed(unpacked(text), rng.randrange(10)))

    def bomb(rng: Random, _text: str) -> Mutant:
        return Mutant(packed(bytes(rng.choice((65_536, 65_537, 2_000_000)))))

    def outer(rng: Random, text: str) -> Mutant:
        cose = unpacked(text)
        return Mutant(
            packed(rng.choice((_TAG, _TAG, b"", b"\xd8\x12", b"\xd1", _TAG + _TAG)) + spoil_cbor(rng, cose[1:]))
        )

    def inner(rng: Random, text: str) -> Mutant:
        items = cbor.decode(unpacked(text)[1:])
        at = rng.choice((0, 2, 2, 3))
        items[at] = spoil_cbor(rng, items[at]) if at < 3 else bytes_mutators([items[at]])[0](rng, items[at]).input
        return Mutant(packed(_TAG + cbor.encode(items)))

    def swapped(rng: Random, text: str) -> Mutant:
        items, other = (cbor.decode(unpacked(one)[1:]) for one in (text, rng.choice(seeds)))
        at = rng.randrange(4)
        items[at] = other[at]
        return Mutant(packed(_TAG + cbor.encode(items)))

    def stranger(rng: Random, text: str) -> Mutant:
        protected, unprotected, payload, _ = cbor.decode(unpacked(text)[1:])
        thief = pair(by.signer.suite, THIEF).signer
        if rng.random() < 0.3:
            return Mutant(packed(sign1(payload, signer=thief)))
        signature = thief.sign(cbor.encode(["Signature1", protected, b"", payload]))
        return Mutant(packed(_TAG + cbor.encode([protected, unprotected, payload, signature])))

    def ours(rng: Random, text: str) -> Mutant:
        payload = cbor.decode(unpacked(text)[1:])[2]
        return Mutant(packed(sign1(spoil_cbor(rng, payload), signer=by.signer)), ours=True)

    return [compressed, recompressed, bomb, outer, outer, inner, inner, swapped, stranger, ours, ours, ours]


def presentation_code_target() -> Target:
    """Codes are opaque: whatever is taken must be a code in its one spelling."""
    seeds = [
        presentation_code.code_text(region=region, token="ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        for region in ("330000", "510000")
    ]

    def sound(text: str, meaning: presentation_code.ParsedCode) -> bool:
        token = text.rpartition(":")[2]
        again = presentation_code.code_text(region=meaning.region, token=token)
        return again == text and presentation_code.token_digest(token) == meaning.token_digest

    return Target(
        name="presentation-code",
        seeds=seeds,
        read=presentation_code.parse_code,
        named=(PresentationError,),
        entitled=sound,
        mutators=text_mutators(seeds),
    )


def coding_targets() -> list[Target]:
    """Readers of one value: whatever they take, writing it again gives the same bytes, or another reader the same value."""
    texts = [json.dumps(_SAMPLE, ensure_ascii=False).encode(), canonical_json(_SAMPLE), b"[]"]
    cbors = [
        cbor.encode(value) for value in ({1: -7, 4: b"x" * 8}, [b"", {}, "文", [1, 2**40]], {"a": True, 5: {"b": []}})
    ]
    base45s = [base45.encode(data) for data in (b"", b"a", bytes(range(40)))]
    base64s = [b64url(data) for data in (b"", b"a", b"ab", bytes(range(40)))]
    return [
        Target(
            name="json",
            seeds=texts,
            read=lambda data: strict_json_loads(data, max_bytes=100_000),
            named=(CanonicalError,),
            entitled=_as_json_says,
            mutators=[*json_mutators() * 12, *bytes_mutators(texts)],
        ),
        Target(
            name="cbor",
            seeds=cbors,
            read=cbor.decode,
            named=(SealCodeError,),
            entitled=lambda data, value: cbor.encode(value) == data,
            mutators=[lambda rng, data: Mutant(spoil_cbor(rng, data)), *bytes_mutators(cbors)],
        ),
        Target(
            name="base45",
            seeds=base45s,
            read=base45.decode,
            named=(SealCodeError,),
            entitled=lambda text, data: base45.encode(data) == text,
            mutators=text_mutators(base45s),
            weight=3,
        ),
        Target(
            name="base64url",
            seeds=base64s,
            read=b64url_decode_strict,
            named=(CanonicalError,),
            entitled=lambda text, data: b64url(data) == text,
            mutators=text_mutators(base64s),
            weight=3,
        ),
    ]


_SAMPLE = {"a": [1, True, None, "文", {"b": -5, "c": ""}], "d": 1.5, "e": {"f": [[], {}]}}


def _as_json_says(data: bytes, value: Any) -> bool:
    """The standard library reads the same, and no object in it has two members of one name."""
    repeated = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        repeated.extend(pairs[: len(pairs) - len(found)])
        return found

    again = json.loads(data.decode("utf-8"), object_pairs_hook=members)
    return not repeated and repr(again) == repr(value)
