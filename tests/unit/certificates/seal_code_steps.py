"""Steps shared by the tests of seal codes: an honest one, and parts of any other, signed by hand."""

import zlib
from functools import cache
from typing import Any

import cbor2
import pytest

from certificates.core import base45
from certificates.core import deterministic_cbor as cbor
from certificates.core.cose import sign1
from certificates.core.errors import CredentialError, SealCodeError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_format import Shown
from certificates.core.seal_code import SealContent, VerifiedSealCode, build_seal_code, verify_seal_code
from certificates.core.signing.suite import TrustedKey, kid_bytes
from certificates.core.status_list import StatusReference
from tests.unit.certificates.credential_parts import IAT, signer, trusted_key
from tests.unit.suite_in_use import suite_in_use

CONTENT = SealContent(
    region="330000",
    type_code="11100000000013338W011",
    type_version=1,
    fields={
        "holder_name": Shown(Grain.MASKED, ("张**", "李**")),
        "licence_number": Shown(Grain.FULL, "浙A-001"),
        "address": Shown(Grain.MASKED, "杭州市西湖区**"),
        "age_over_18": Shown(Grain.FACT, True),
    },
    status=StatusReference(uri="https://zj.example.cn/status-lists/17", index=12_345),
    issued_at=IAT,
    expires_at=IAT + 86_400 * 300,
)


def own_kid() -> bytes:
    return kid_bytes(trusted_key().kid)


def resolve(kid: bytes) -> TrustedKey:
    if kid != own_kid():
        raise CredentialError("key.unknown", "no trusted key has this key id")
    return trusted_key()


def read(text: str) -> VerifiedSealCode:
    return verify_seal_code(text, resolve_key=resolve)


def refused(text: str) -> str:
    with pytest.raises((SealCodeError, CredentialError)) as caught:
        read(text)
    return caught.value.code


def packed(cose: bytes) -> str:
    return "HZ1:" + base45.encode(zlib.compress(cose, 9))


def cose_of(text: str) -> bytes:
    return zlib.decompress(base45.decode(text[4:]))


def claims(**changes: Any) -> dict[int, Any]:
    """An honest payload; changes name the members of the licence part by their meaning."""
    keys = {"region": 1, "type_code": 2, "type_version": 3, "full": 4, "masked": 5, "facts": 6}
    licence = {1: "330000", 2: "11100000000013338W011", 3: 1, 4: {"a": "x"}, 5: {"b": "y"}, 6: ["c"]}
    licence |= {keys[name]: value for name, value in changes.items()}
    status = {"status_list": {"idx": 1, "uri": "https://zj.example.cn/status-lists/17"}}
    return {4: IAT + 1_000, 6: IAT, 65535: status, -65537: licence}


def signed(payload: dict[int, Any] | bytes) -> str:
    return packed(sign1(payload if isinstance(payload, bytes) else cbor.encode(payload), signer=signer()))


def sign_parts(protected: bytes, unprotected: Any, payload: Any, tag: bytes = b"\xd2") -> str:
    signature = signer().sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    return packed(tag + cbor2.dumps([protected, unprotected, payload, signature]))


def own_alg() -> int:
    return suite_in_use().cose_alg


def protected_header() -> bytes:
    return cbor.encode({1: own_alg(), 4: own_kid()})


def good() -> str:
    return _good(suite_in_use().name)


@cache
def _good(_: str) -> str:
    return build_seal_code(CONTENT, signer=signer())
