"""An OFD laid out for its seal, to be kept before it is sealed: after a crash the same bytes are signed, or none."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from certificates.adapters.ofd.container_read import read_container
from certificates.adapters.ofd.container_write import write_container
from certificates.adapters.ofd.package import SIGNATURES, Package
from certificates.adapters.ofd.signature_xml import SEAL, SIGNATURE, SIGNED_VALUE, Box, signature_xml, signatures_xml
from certificates.core.digests import sm3
from certificates.core.errors import DocumentError
from certificates.core.ses_make import Version, sealed_data, to_be_sealed

_HEAD = struct.Struct(
    ">I"
)  # length of the bytes to sign, before them; behind them the container without its signed value


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedOfd:
    """This will hold all files but the signed value, and the DER of the TBS_Sign: the bytes to sign."""

    files: Mapping[str, bytes] = field(repr=False)
    to_sign: bytes = field(repr=False)


def prepare_ofd(
    package: Package, *, seal: bytes, at: datetime, page: int, box: Box, version: Version = 4
) -> PreparedOfd:
    """This will lay out the seal (SESeal, DER) at `box` of a page (from 0), over every file of the package, as set at `at` (aware)."""
    files = {**package.files, SIGNATURES: signatures_xml(), SEAL: seal}
    files[SIGNATURE] = signature_xml(files, at=at, page_id=package.page_ids[page], box=box)
    path = f"/{SIGNATURE}"
    return PreparedOfd(
        files=files,
        to_sign=to_be_sealed(seal=seal, at=at, data_hash=sm3(files[SIGNATURE]), path=path, version=version),
    )


def finish_ofd(prepared: PreparedOfd, *, certificate: bytes, signature: bytes) -> bytes:
    """This will put the signature (raw r || s over `to_sign`) and the signer's certificate (DER) into place: the whole file."""
    value = sealed_data(signed=prepared.to_sign, certificate=certificate, signature=signature)
    return write_container({**prepared.files, SIGNED_VALUE: value})


def pack_prepared_ofd(prepared: PreparedOfd) -> bytes:
    """This will write it down in one piece."""
    return _HEAD.pack(len(prepared.to_sign)) + prepared.to_sign + write_container(prepared.files)


def unpack_prepared_ofd(data: bytes) -> PreparedOfd:
    """This will read what `pack_prepared_ofd` wrote; raises DocumentError `ofd.container`."""
    if len(data) < _HEAD.size:
        raise DocumentError("ofd.container", "the stored draft of the document is not whole")
    (length,) = _HEAD.unpack_from(data)
    start = _HEAD.size + length
    return PreparedOfd(files=read_container(data[start:]), to_sign=data[_HEAD.size : start])
