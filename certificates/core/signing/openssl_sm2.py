"""SM2 by the system's libcrypto 3 through ctypes, which lets other threads run during a call.

`cryptography` has no SM2 and Python's `ssl` does not expose it. Traps that this file keeps away from:
- the identity must be set on a context that is attached before DigestSignInit: OpenSSL 3.0 else takes an empty one
- d = n - 1 is loaded and then signs for ever: callers check the range first
- a failed call leaves its errors in a queue that Python's own `ssl` would read: it is cleared after each
"""

import ctypes
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from certificates.core.errors import CredentialError
from certificates.core.signing.der_signature import der_of, raw_of
from certificates.core.signing.ec_keys_der import SCALAR_BYTES, SM2_OID, PrivateParts, pkcs8, read_spki, spki
from certificates.core.signing.sm2_curve import DEFAULT_ID

_LIBRARY_NAMES: Final = ("libcrypto.so.3", "libcrypto.so.4", "libcrypto.3.dylib", "libcrypto.4.dylib")
_MOST_SIGNATURE_BYTES: Final = 72  # DER of two numbers of 33 bytes each

_POINTER, _TEXT, _INT, _SIZE = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_size_t
_OUT = ctypes.POINTER(_POINTER)
_FUNCTIONS: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "EVP_sm3": (_POINTER, ()),
    "EVP_MD_CTX_new": (_POINTER, ()),
    "EVP_MD_CTX_free": (None, (_POINTER,)),
    "EVP_MD_CTX_set_pkey_ctx": (None, (_POINTER, _POINTER)),
    "EVP_PKEY_CTX_new": (_POINTER, (_POINTER, _POINTER)),
    "EVP_PKEY_CTX_new_from_name": (_POINTER, (_POINTER, _TEXT, _TEXT)),
    "EVP_PKEY_keygen_init": (_INT, (_POINTER,)),
    "EVP_PKEY_generate": (_INT, (_POINTER, _OUT)),
    "EVP_PKEY_CTX_free": (None, (_POINTER,)),
    "EVP_PKEY_CTX_set1_id": (_INT, (_POINTER, _TEXT, _INT)),
    "EVP_PKEY_free": (None, (_POINTER,)),
    "EVP_PKEY_is_a": (_INT, (_POINTER, _TEXT)),
    "EVP_PKEY_get_bn_param": (_INT, (_POINTER, _TEXT, _OUT)),
    "EVP_DigestSignInit": (_INT, (_POINTER, _POINTER, _POINTER, _POINTER, _POINTER)),
    "EVP_DigestSign": (_INT, (_POINTER, _TEXT, ctypes.POINTER(_SIZE), _TEXT, _SIZE)),
    "EVP_DigestVerifyInit": (_INT, (_POINTER, _POINTER, _POINTER, _POINTER, _POINTER)),
    "EVP_DigestVerify": (_INT, (_POINTER, _TEXT, _SIZE, _TEXT, _SIZE)),
    "BN_bn2binpad": (_INT, (_POINTER, _TEXT, _INT)),
    "BN_clear_free": (None, (_POINTER,)),
    "ERR_clear_error": (None, ()),
    "d2i_PUBKEY": (_POINTER, (_OUT, ctypes.POINTER(_TEXT), ctypes.c_long)),
    "d2i_AutoPrivateKey": (_POINTER, (_OUT, ctypes.POINTER(_TEXT), ctypes.c_long)),
    "i2d_PUBKEY": (_INT, (_POINTER, ctypes.POINTER(_TEXT))),
}


class _Key:
    """This will own one EVP_PKEY and free it with itself; OpenSSL allows its use from several threads at once."""

    __slots__ = ("__weakref__", "pointer")

    def __init__(self, pointer: Any, free: Any) -> None:
        self.pointer = pointer
        weakref.finalize(self, free, pointer)


class OpensslSm2:
    """This will be the SM2 engine over one loaded libcrypto."""

    name = "openssl"

    def __init__(self, library: ctypes.CDLL) -> None:
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
        self._lib = library
        self._sm3 = library.EVP_sm3()

    def public(self, point: bytes) -> _Key:
        """This will load a point; raises ValueError where it does not lie on the curve."""
        return self._load(self._lib.d2i_PUBKEY, spki(curve=SM2_OID, point=point))

    def generate(self) -> tuple[_Key, bytes]:
        """This will make a private key from OpenSSL's random source, in 1..n-2, and give it and its point."""
        key_context, pointer = self._lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None), _POINTER()
        try:
            if (
                not key_context
                or self._lib.EVP_PKEY_keygen_init(key_context) != 1
                or self._lib.EVP_PKEY_generate(key_context, ctypes.byref(pointer)) != 1
            ):
                raise self._failure("OpenSSL makes no SM2 key")
        finally:
            self._lib.EVP_PKEY_CTX_free(key_context)
        key = _Key(pointer, self._lib.EVP_PKEY_free)
        return key, self._point(key)

    def private(self, scalar: bytes, point: bytes | None) -> tuple[_Key, bytes]:
        """This will load a scalar and compute its point; raises ValueError where that is not `point`."""
        # Without the public half in the bytes, OpenSSL computes it: with it, 3.0 would believe what it is told.
        parts = PrivateParts(scalar=scalar, point=None)
        key = self._load(self._lib.d2i_AutoPrivateKey, pkcs8(curve=SM2_OID, parts=parts))
        computed = self._point(key)
        if point is not None and computed != point:
            raise ValueError("the private key does not match its public half")
        return key, computed

    def scalar(self, handle: _Key) -> bytes:
        """This will give the private scalar, 32 bytes."""
        number = _POINTER()
        if self._lib.EVP_PKEY_get_bn_param(handle.pointer, b"priv", ctypes.byref(number)) != 1:
            raise self._failure("the key has no private half")
        try:
            buffer = ctypes.create_string_buffer(SCALAR_BYTES)
            self._lib.BN_bn2binpad(number, buffer, SCALAR_BYTES)
            return buffer.raw
        finally:
            self._lib.BN_clear_free(number)

    def sign(self, handle: _Key, data: bytes) -> bytes:
        """This will give raw r || s; raises ValueError for a key without a private half."""
        buffer, size = ctypes.create_string_buffer(_MOST_SIGNATURE_BYTES), _SIZE(_MOST_SIGNATURE_BYTES)
        with self._context(handle, self._lib.EVP_DigestSignInit) as context:
            if self._lib.EVP_DigestSign(context, buffer, ctypes.byref(size), data, len(data)) != 1:
                raise self._failure("the key cannot sign")
        return raw_of(buffer.raw[: size.value])

    def verify(self, handle: _Key, signature: bytes, data: bytes) -> bool:
        """This will tell whether the raw signature is good."""
        der = der_of(signature)
        with self._context(handle, self._lib.EVP_DigestVerifyInit) as context:
            good = bool(self._lib.EVP_DigestVerify(context, der, len(der), data, len(data)) == 1)
        if not good:
            self._lib.ERR_clear_error()
        return good

    @contextmanager
    def _context(self, key: _Key, init: Any) -> Iterator[int]:
        """This will give a digest context with the default identity, and free it with its key context."""
        lib = self._lib
        context, key_context = lib.EVP_MD_CTX_new(), lib.EVP_PKEY_CTX_new(key.pointer, None)
        try:
            if (
                not context
                or not key_context
                or lib.EVP_PKEY_CTX_set1_id(key_context, DEFAULT_ID, len(DEFAULT_ID)) != 1
            ):
                raise self._failure("the key takes no identity")
            lib.EVP_MD_CTX_set_pkey_ctx(context, key_context)
            if init(context, None, self._sm3, None, key.pointer) != 1:
                raise self._failure("the key cannot be used")
            yield context
        finally:
            # A key context that was attached from outside is not freed with the digest context, but used by its end.
            lib.EVP_MD_CTX_free(context)
            lib.EVP_PKEY_CTX_free(key_context)

    def _load(self, function: Any, der: bytes) -> _Key:
        pointer = function(None, ctypes.byref(_TEXT(der)), len(der))
        self._lib.ERR_clear_error()  # its decoders leave errors of what they tried first, even where one succeeds
        if not pointer:
            raise ValueError("OpenSSL refuses the key")
        key = _Key(pointer, self._lib.EVP_PKEY_free)
        if self._lib.EVP_PKEY_is_a(pointer, b"SM2") != 1:
            raise ValueError("the key is not an SM2 key")
        return key

    def _point(self, key: _Key) -> bytes:
        length = self._lib.i2d_PUBKEY(key.pointer, None)
        if length <= 0:
            raise self._failure("the key has no public half")
        buffer = ctypes.create_string_buffer(length)
        self._lib.i2d_PUBKEY(key.pointer, ctypes.byref(ctypes.cast(buffer, _TEXT)))
        try:
            return read_spki(buffer.raw, curve=SM2_OID)
        except CredentialError as error:
            raise ValueError("the public half has another form") from error

    def _failure(self, message: str) -> ValueError:
        self._lib.ERR_clear_error()
        return ValueError(message)


def load_openssl() -> OpensslSm2 | None:
    """This will give the engine over the system's libcrypto; None where there is none of version 3 or later with SM3."""
    for name in _LIBRARY_NAMES:
        try:
            return OpensslSm2(ctypes.CDLL(name))
        except (OSError, AttributeError):
            continue
    return None
