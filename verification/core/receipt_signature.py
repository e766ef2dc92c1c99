"""How the payload of a receipt is signed: by itself, or with others of the same moment under one signature.

By itself it is a compact JWS. Where a signature is dear (SM2, a key in a hardware module), payloads that wait at the same time
become leaves of an RFC 9162 tree, one JWS of the same `typ` is signed over `{v, root, size}`, and each receipt is that JWS with
its own payload, its place and its audit path behind it, all in one line of six parts:

    header.payload.signature.own payload.index.path

Both forms say the same and verify offline. A payload has one text in each: base64url in its only correct form, the index
as the shortest decimal number, a path of exactly the length that place and size want. A batch has two to 1,024 receipts.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from certificates.core.canonical import b64url, b64url_decode_strict, canonical_json, strict_json_loads
from certificates.core.errors import CanonicalError, CredentialError
from certificates.core.signing.jws import sign_jws, split_jws, verify_jws
from certificates.core.signing.suite import Signer, TrustedKey
from verification.core.errors import LogError, ReceiptError
from verification.core.merkle import HASH_SIZE, CompactRange, inclusion_proof, leaf_hash, verify_inclusion

RECEIPT_TYP: Final = "huzheng-receipt+jwt"
MAX_RECEIPT_BYTES: Final = 128 * 1024  # an entry of 64 KiB, in base64 twice
MAX_BATCH: Final = 1024  # a path of ten hashes, 427 characters

_BATCH_VERSION: Final = 1
_BATCH_MEMBERS: Final = frozenset({"v", "root", "size"})
_MAX_BATCH_JWS: Final = 4 * 1024  # three short members and a signature take 300
_SINGLE_DOTS, _BATCH_DOTS = 2, 5
_MAX_INDEX_DIGITS: Final = 4  # of the last place in a batch, 1023


def looks_signed(text: str) -> bool:
    """This will tell whether a text has the number of parts of either form."""
    return text.count(".") in {_SINGLE_DOTS, _BATCH_DOTS}


def sign_payload(payload: bytes, *, signer: Signer) -> str:
    """This will sign one payload by itself."""
    return sign_jws(header_extra={}, typ=RECEIPT_TYP, payload=payload, signer=signer)


def sign_payloads(payloads: Sequence[bytes], *, signer: Signer) -> list[str]:
    """This will sign up to 1,024 payloads with one signature, in their order; a lone one by itself.

    Raises ReceiptError `receipt.malformed` for more or none.
    """
    if not 0 < len(payloads) <= MAX_BATCH:
        raise ReceiptError("receipt.malformed", "A batch holds 1 to 1024 receipts.")
    if len(payloads) == 1:
        return [sign_payload(payloads[0], signer=signer)]
    tree, nodes = CompactRange(), {}
    for new in tree.extend([leaf_hash(payload) for payload in payloads]):
        nodes.update({(new.level, new.start + at): value for at, value in enumerate(new.hashes)})
    size = len(payloads)
    batch = canonical_json({"v": _BATCH_VERSION, "root": b64url(tree.root()), "size": size})
    signed = sign_payload(batch, signer=signer)
    paths = (inclusion_proof(index=at, size=size, node_at=lambda *place: nodes[place]) for at in range(size))
    return [
        f"{signed}.{b64url(payload)}.{at}.{b64url(b''.join(path))}"
        for at, (payload, path) in enumerate(zip(payloads, paths, strict=True))
    ]


def verified_payload(text: str, *, keys: Mapping[str, TrustedKey]) -> bytes:
    """This will give the payload that one of `keys` (by kid) signed, in either form.

    Raises ReceiptError `receipt.malformed|key_unknown|signature`.
    """
    if text.count(".") != _BATCH_DOTS:
        return _verified_jws(text, keys=keys, max_bytes=MAX_RECEIPT_BYTES)
    jws, own = _parts(text)
    payload, index, path = _own(own)
    root, size = _batch(_verified_jws(jws, keys=keys, max_bytes=_MAX_BATCH_JWS))
    try:
        verify_inclusion(leaf=leaf_hash(payload), index=index, size=size, proof=path, root=root)
    except LogError as error:
        raise ReceiptError("receipt.signature", "The batch that was signed does not hold this receipt.") from error
    return payload


def unverified_payload(text: str) -> bytes:
    """This will give what a receipt claims, only to find the keys of its region; raises ReceiptError `receipt.malformed`."""
    if text.count(".") == _BATCH_DOTS:
        return _own(_parts(text)[1])[0]
    try:
        return split_jws(text.encode(), max_bytes=MAX_RECEIPT_BYTES).payload
    except CredentialError as error:
        raise ReceiptError("receipt.malformed", "The receipt is not a compact JWS.") from error


def _verified_jws(text: str, *, keys: Mapping[str, TrustedKey], max_bytes: int) -> bytes:
    try:
        return verify_jws(text, typ=RECEIPT_TYP, keys=keys, max_bytes=max_bytes)[1]
    except CredentialError as error:
        code = "receipt.key_unknown" if error.code == "key.unknown" else "receipt.signature"
        raise ReceiptError(code, "The receipt is not signed by a receipt key of the node.") from error


def _parts(text: str) -> tuple[str, list[str]]:
    if len(text) > MAX_RECEIPT_BYTES:
        raise ReceiptError("receipt.malformed", "The receipt is larger than allowed.")
    *jws, payload, index, path = text.split(".")
    return ".".join(jws), [payload, index, path]


def _own(parts: Sequence[str]) -> tuple[bytes, int, list[bytes]]:
    payload_text, index_text, path_text = parts
    if not index_text.isdecimal() or len(index_text) > _MAX_INDEX_DIGITS:
        raise ReceiptError("receipt.malformed", "The place in the batch is no number.")
    index = int(index_text)
    if str(index) != index_text:
        raise ReceiptError("receipt.malformed", "The place in the batch is not in its only correct form.")
    try:
        payload, path = b64url_decode_strict(payload_text), b64url_decode_strict(path_text)
    except CanonicalError as error:
        raise ReceiptError("receipt.malformed", "A part of the receipt is not strict base64url.") from error
    if len(path) % HASH_SIZE or len(path) > HASH_SIZE * (MAX_BATCH - 1).bit_length():
        raise ReceiptError("receipt.malformed", "The path is not a few whole hashes.")
    return payload, index, [path[at : at + HASH_SIZE] for at in range(0, len(path), HASH_SIZE)]


def _batch(payload: bytes) -> tuple[bytes, int]:
    try:
        raw: Any = strict_json_loads(payload, max_bytes=_MAX_BATCH_JWS, floats=False)
        if (
            not isinstance(raw, dict)
            or raw.keys() != _BATCH_MEMBERS
            or type(raw["v"]) is not int
            or raw["v"] != _BATCH_VERSION
        ):
            raise ReceiptError("receipt.malformed", "The batch is of another version or has other members.")
        root, size = raw["root"], raw["size"]
        if not isinstance(root, str) or type(size) is not int or not 1 < size <= MAX_BATCH:
            raise ReceiptError("receipt.malformed", "The batch holds no root, or no number of receipts in range.")
        return b64url_decode_strict(root), size
    except CanonicalError as error:
        raise ReceiptError("receipt.malformed", "The batch is not strict JSON.") from error
