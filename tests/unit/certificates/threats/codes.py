"""Q1 to Q16: what a QR code may hold that is not one of ours, layer by layer: text, base45, zlib, CBOR, COSE, content."""

import zlib
from collections.abc import Callable
from typing import Any

import cbor2

from certificates.core import base45
from certificates.core import deterministic_cbor as cbor
from certificates.core.cose import sign1
from certificates.core.errors import CredentialError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_format import Shown
from certificates.core.seal_code import SealContent, build_seal_code, verify_seal_code
from certificates.core.signing.suite import TrustedKey, kid_bytes
from certificates.core.status_list import StatusReference
from tests.unit.certificates.credential_parts import IAT, signer, trusted_key
from tests.unit.certificates.threats.case import Case
from tests.unit.suite_in_use import suite_in_use

_TAG = b"\xd2"
_CONTENT = SealContent(
    region="330000",
    type_code="11100000000013338W011",
    type_version=1,
    fields={"a": Shown(Grain.FULL, "x")},
    status=StatusReference(uri="https://zj.example.cn/status-lists/17", index=1),
    issued_at=IAT,
    expires_at=IAT + 1_000,
)
_LICENCE = {1: "330000", 2: "11100000000013338W011", 3: 1, 4: {"a": "x"}, 5: {"b": "y"}, 6: ["c"]}
_CLAIMS = {
    4: IAT + 1_000,
    6: IAT,
    65535: {"status_list": {"idx": 1, "uri": "https://zj.example.cn/status-lists/17"}},
    -65537: _LICENCE,
}
_PAYLOAD = cbor.encode(_CLAIMS)


def _kid() -> bytes:
    return kid_bytes(trusted_key().kid)


def _protected() -> bytes:
    return cbor.encode({1: suite_in_use().cose_alg, 4: _kid()})


def _coded_alg() -> bytes:
    return b"\x01" + cbor.encode(suite_in_use().cose_alg)


def _resolve(kid: bytes) -> TrustedKey:
    if kid != _kid():
        raise CredentialError("key.unknown", "no trusted key has this key id")
    return trusted_key()


def good_code() -> str:
    return build_seal_code(_CONTENT, signer=signer())


def _row(number: str, name: str, make: Callable[[], str], code: str) -> Case:
    return Case(number=number, name=name, run=lambda: verify_seal_code(make(), resolve_key=_resolve), code=code)


def _in_zlib(data: bytes) -> str:
    return "HZ1:" + base45.encode(data)


def _packed(cose: bytes) -> str:
    return _in_zlib(zlib.compress(cose, 9))


def _cose() -> bytes:
    return zlib.decompress(base45.decode(good_code()[4:]))


def _preset() -> bytes:
    packer = zlib.compressobj(zdict=_cose())
    return packer.compress(_cose()) + packer.flush()


def _signed(payload: bytes) -> str:
    """What the agency's key signs, whatever it is."""
    return _packed(sign1(payload, signer=signer()))


def _parts(protected: bytes, unprotected: Any = None, payload: Any = _PAYLOAD, tag: bytes = _TAG) -> str:
    signature = signer().sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    return _packed(tag + cbor2.dumps([protected, unprotected or {}, payload, signature]))


def _coded(number: str, name: str, payload: str | bytes) -> Case:
    """A well-signed payload that the reader of CBOR must refuse."""
    data = bytes.fromhex(payload) if isinstance(payload, str) else payload
    return _row(number, name, lambda: _signed(data), "seal_code.cbor")


def _claim_bytes(old: str, new: str) -> bytes:
    """The honest payload with one piece of its bytes in another coding."""
    assert bytes.fromhex(old) in _PAYLOAD
    return _PAYLOAD.replace(bytes.fromhex(old), bytes.fromhex(new), 1)


_IAT_HEX = cbor.encode(IAT).hex()


def _other_context(context: str = "Signature", external: bytes = b"") -> str:
    """A signature that is good for another COSE structure (RFC 9052 section 4.4)."""
    signature = signer().sign(cbor.encode([context, _protected(), external, _PAYLOAD]))
    return _packed(_TAG + cbor.encode([_protected(), {}, _PAYLOAD, signature]))


CASES: tuple[Case, ...] = (
    _row("Q1", "bomb", lambda: _in_zlib(zlib.compress(bytes(2_500_000), 9)), "limit.decompress"),
    _row("Q1", "one-byte-above", lambda: _in_zlib(zlib.compress(bytes(64 * 1024 + 1), 9)), "limit.decompress"),
    _row("Q1", "text-beyond-a-qr-code", lambda: "HZ1:" + "0" * 4_293, "limit.seal_code"),
    _row("Q2", "two-streams", lambda: _in_zlib(zlib.compress(_cose()) * 2), "seal_code.zlib"),
    _row("Q2", "trailing-byte", lambda: _in_zlib(zlib.compress(_cose()) + b"\0"), "seal_code.zlib"),
    _row("Q2", "preset-dictionary", lambda: _in_zlib(_preset()), "seal_code.zlib"),
    _row("Q2", "truncated", lambda: _in_zlib(zlib.compress(_cose())[:-1]), "seal_code.zlib"),
    _row("Q2", "checksum", lambda: _in_zlib(zlib.compress(_cose())[:-1] + b"\0"), "seal_code.zlib"),
    _row("Q2", "raw-deflate", lambda: _in_zlib(zlib.compress(_cose())[2:-4]), "seal_code.zlib"),
    _coded("Q3", "arrays", b"\x81" * 2_900 + b"\x01"),
    _coded("Q3", "maps", b"\xa1\x01" * 2_900 + b"\x01"),
    _coded("Q3", "tags", b"\xc6" * 2_900 + b"\x01"),
    _coded("Q3", "one-too-deep", "81818181818101"),
    _coded("Q4", "array-of-2-32", "9affffffff01"),
    _coded("Q4", "array-of-2-40", "9b000001000000000001"),
    _coded("Q4", "map-of-2-32", "baffffffff0101"),
    _coded("Q4", "bytes-of-2-40", "5b000001000000000001"),
    _coded("Q4", "text-of-2-64", "7bffffffffffffffff61"),
    _coded("Q5", "repeated-key", "a204010402"),
    _row("Q5", "repeated-alg", lambda: _parts(b"\xa3" + _coded_alg() * 2 + b"\x04\x48" + _kid()), "seal_code.cbor"),
    _row("Q5", "repeated-kid", lambda: _parts(b"\xa3" + _coded_alg() + (b"\x04\x48" + _kid()) * 2), "seal_code.cbor"),
    _coded("Q6", "after-the-payload", _PAYLOAD + b"\0"),
    _row("Q6", "after-the-header", lambda: _parts(_protected() + b"\0"), "seal_code.cbor"),
    _row("Q6", "after-the-signed-item", lambda: _packed(_cose() + b"\0"), "seal_code.cbor"),
    *(
        _coded("Q7", name, payload)
        for name, payload in {
            "pattern": "d8236161",
            "shared-cycle": "d81c81d81d00",
            "date-text": "c06161",
            "date-number": "c101",
            "float-date": "c1fb41d9555555555555",
            "nan-key": "a1f97e0001",
        }.items()
    ),
    _coded("Q7", "big-number", b"\xc2\x59\x0a\xf0" + b"\xff" * 2_800),
    _coded("Q7", "float-exp", _claim_bytes("04" + cbor.encode(IAT + 1_000).hex(), "04fb41dab1e0fa000000")),
    *(
        _coded("Q8", name, payload)
        for name, payload in {
            "endless-array": "9f01ff",
            "endless-map": "bf0101ff",
            "endless-bytes": "5f4101ff",
            "endless-text": "7f6161ff",
            "nan": "f97e00",
            "nan-payload": "fb7ff8000000000001",
            "null": "f6",
            "reserved-head": "1c" + "ff" * 16,
            "reserved-head-of-text": "7c" + "00" * 15 + "01" + "61",
            "false": "f4",
        }.items()
    ),
    _coded("Q8", "long-integer", _claim_bytes("06" + _IAT_HEX, "06" + "1b00000000" + _IAT_HEX[2:])),
    _coded("Q8", "keys-out-of-order", "a206010401"),
    _row(
        "Q9",
        "unprotected-kid",
        lambda: _parts(cbor.encode({1: suite_in_use().cose_alg}), {4: _kid()}),
        "seal_code.cose",
    ),
    _row("Q9", "both-alike", lambda: _parts(_protected(), {4: _kid()}), "seal_code.cose"),
    _row("Q9", "both-differing", lambda: _parts(_protected(), {4: bytes(8)}), "seal_code.cose"),
    *(
        _row("Q10", f"prefix-{prefix}", lambda prefix=prefix: prefix + good_code()[4:], "seal_code.prefix")
        for prefix in ("", "HC1:", "HC2:", "HZ2:", "hz1:", " HZ1:", "HZ1;")
    ),
    _row("Q10", "lower-case", lambda: "HZ1:" + good_code()[4:].lower(), "seal_code.base45"),
    _row("Q10", "base64", lambda: "HZ1:eJzzSM3JyVcozy_KSQEAGNID8g==", "seal_code.base45"),
    _row("Q10", "lone-character", lambda: "HZ1:A", "seal_code.base45"),
    _row("Q10", "group-out-of-range", lambda: "HZ1:GGW", "seal_code.base45"),
    _row("Q10", "full-width", lambda: "HZ1:ＡＢＣ", "seal_code.base45"),
    _row("Q10", "no-zlib", lambda: _in_zlib(_cose()), "seal_code.zlib"),
    _row("Q10", "nothing", lambda: "HZ1:", "seal_code.zlib"),
    _row("Q11", "two-codes-in-one-text", lambda: good_code() + good_code(), "seal_code.base45"),
    _row("Q11", "two-codes-in-two-lines", lambda: good_code() + "\n" + good_code(), "seal_code.base45"),
    _row("Q12", "part-of-many", lambda: "HZ1/1/1000000000:" + good_code()[4:], "seal_code.prefix"),
    _row("Q12", "first-half", lambda: good_code()[: 4 + 99], "seal_code.zlib"),
    _row("Q12", "second-half", lambda: "HZ1:" + good_code()[4 + 99 :], "seal_code.zlib"),
    *(
        _row("Q15", f"tag-{tag or 'none'}", lambda tag=tag: _packed(bytes.fromhex(tag) + _cose()[1:]), "seal_code.cose")
        for tag in ("", "d862", "d1", "d83dd2", "d812", "d818")
    ),
    _row("Q15", "tag-twice", lambda: _packed(_TAG + _cose()), "seal_code.cbor"),
    _row("Q15", "empty-protected", lambda: _parts(b""), "seal_code.cbor"),
    _row(
        "Q15", "empty-map-protected", lambda: _parts(b"\xa0", {1: suite_in_use().cose_alg, 4: _kid()}), "seal_code.cose"
    ),
    *(
        _row("Q15", f"items-{name}", lambda items=items: _packed(_TAG + cbor.encode(items)), "seal_code.cose")
        for name, items in {
            "number": 1,
            "text": "four",
            "map": {1: b"", 2: {}, 3: b"", 4: b""},
            "text-protected": ["x", {}, b"x", bytes(64)],
            "text-payload": [_protected(), {}, "x", bytes(64)],
            "number-signature": [_protected(), {}, _PAYLOAD, 7],
        }.items()
    ),
    *(
        _row("Q15", f"claims-{name}", lambda payload=payload: _signed(cbor.encode(payload)), "seal_code.content")
        for name, payload in {
            "array": [4, 6],
            "number": 7,
            "licence-with-more": _CLAIMS | {-65537: _LICENCE | {7: "x"}},
            "licence-with-less": _CLAIMS | {-65537: {1: "330000"}},
            "type-code-bytes": _CLAIMS | {-65537: _LICENCE | {2: b"x"}},
            "full-array": _CLAIMS | {-65537: _LICENCE | {4: ["a"]}},
            "masked-array": _CLAIMS | {-65537: _LICENCE | {5: ["b"]}},
            "facts-map": _CLAIMS | {-65537: _LICENCE | {6: {"c": True}}},
            "uri-bytes": _CLAIMS | {65535: {"status_list": {"idx": 1, "uri": b"x"}}},
            "uri-number": _CLAIMS | {65535: {"status_list": {"idx": 1, "uri": 7}}},
            "uri-of-two-lines": _CLAIMS | {65535: {"status_list": {"idx": 1, "uri": "x\ny"}}},
            "uri-turned-round": _CLAIMS | {65535: {"status_list": {"idx": 1, "uri": "x\u202ey"}}},
            "licence-array": _CLAIMS | {-65537: [1, 2]},
        }.items()
    ),
    _row("Q15", "array-protected", lambda: _parts(cbor.encode([1, 4])), "seal_code.cose"),
    _row("Q15", "number-protected", lambda: _parts(b"\x01"), "seal_code.cose"),
    _row(
        "Q15",
        "alg-unprotected",
        lambda: _parts(cbor.encode({4: _kid()}), {1: suite_in_use().cose_alg}),
        "seal_code.cose",
    ),
    _row("Q15", "alg-of-eddsa", lambda: _parts(cbor.encode({1: -8, 4: _kid()})), "seal_code.key_algorithm"),
    _row("Q15", "alg-of-hmac", lambda: _parts(cbor.encode({1: 5, 4: _kid()})), "seal_code.key_algorithm"),
    _row("Q15", "crit", lambda: _parts(cbor.encode({1: suite_in_use().cose_alg, 2: [1], 4: _kid()})), "seal_code.cose"),
    _row("Q15", "changed-payload", lambda: _packed(_cose().replace(b"330000", b"510000")), "seal_code.signature"),
    _row(
        "Q15",
        "changed-header",
        lambda: _packed(_cose().replace(_coded_alg(), b"\x01" + cbor.encode(suite_in_use().cose_alg - 1))),
        "seal_code.key_algorithm",
    ),
    _row("Q15", "other-context", _other_context, "seal_code.signature"),
    _row("Q15", "external-data", lambda: _other_context("Signature1", b"x"), "seal_code.signature"),
    _row("Q16", "look-alike-address", lambda: "https://huzheng.example.phish/" + good_code(), "seal_code.prefix"),
    _row("Q16", "our-scheme-in-a-query", lambda: "https://phish.example/?c=" + good_code(), "seal_code.prefix"),
)
