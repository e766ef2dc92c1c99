"""A suite's bare operations, with the key loaded and nothing around them: what signing and verifying are measured against."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

_ECDSA = ec.ECDSA(SHA256())
_HALF = 32


def raw_sign(suite: str, private_key: Any) -> Callable[[bytes], object]:
    """This will give a function that signs with the library alone."""
    if suite == "SM2":
        engine, handle = private_key.engine, private_key.handle
        return lambda data: engine.sign(handle, data)
    sign = private_key.sign
    return lambda data: sign(data, _ECDSA)


def raw_verify(suite: str, public_key: Any) -> Callable[[bytes, bytes], object]:
    """This will give a function that verifies a signature (as `library_form` gives it) over data with the library alone."""
    if suite == "SM2":
        engine, handle = public_key.engine, public_key.handle
        return lambda signature, data: engine.verify(handle, signature, data)
    verify = public_key.verify
    return lambda signature, data: verify(signature, data, _ECDSA)


def library_form(suite: str, raw: bytes) -> bytes:
    """This will give a signature in the form that the library takes: ES256 in DER, SM2 as it is."""
    if suite == "SM2":
        return raw
    return encode_dss_signature(int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big"))
