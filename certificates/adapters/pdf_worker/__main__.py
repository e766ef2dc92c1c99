"""The reading process: imports, gives up everything else, then answers one file after another until its input ends."""

import codecs
import logging
import os
import sys
import warnings
from importlib import import_module
from typing import BinaryIO

from certificates.adapters.ofd.document import read_sealed_document
from certificates.adapters.pdf.read import read_document
from certificates.adapters.pdf_worker.confine import confine, start_clock, stop_clock
from certificates.adapters.pdf_worker.frames import REQUEST_HEAD, pack_facts, pack_refusal, unpack_request
from certificates.core.errors import DocumentError
from certificates.core.signing.sm2_engine import engine

READY = b"+"
_OFD_BEGINS = b"PK"  # an OFD is a ZIP archive (GB/T 33190)
# What the libraries import or look up only when they first need it, which is too late in here.
_LATE_MODULES = (
    "_strptime",
    "pyhanko.pdf_utils.filters",
    "pyhanko.pdf_utils.crypt",
    "cryptography.hazmat.backends.openssl.backend",
)
_LATE_CODECS = (
    *("ascii", "latin-1", "utf-8", "utf-16-be", "utf-16-le", "utf-16", "utf-32-be", "cp1252", "idna", "punycode"),
    "unicode_escape",
)


def main() -> None:
    """This will serve frames from input to output; it ends when the input does, or is killed."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    for name in _LATE_CODECS:
        codecs.lookup(name)
    for name in _LATE_MODULES:
        import_module(name)
    engine()  # what does SM2 is looked for among the system's libraries
    logging.disable()  # what the libraries would say could quote the file, and nobody reads it
    warnings.simplefilter("ignore")  # nor what they warn of: they would open their own source to show the line
    confine()
    target.write(READY)
    target.flush()
    while _serve(source, target):
        pass


def _serve(source: BinaryIO, target: BinaryIO) -> bool:
    head = source.read(REQUEST_HEAD.size)
    if len(head) < REQUEST_HEAD.size:
        return False
    length, size = REQUEST_HEAD.unpack(head)
    asked, data = source.read(length), source.read(size)
    start_clock()
    is_whole = True
    try:
        read = read_sealed_document if data.startswith(_OFD_BEGINS) else read_document
        answer = pack_facts(read(data, **unpack_request(asked)))
    except DocumentError as refused:
        answer = pack_refusal(refused.code)
    except MemoryError:
        answer, is_whole = pack_refusal("limit.memory"), False
    stop_clock()
    target.write(answer)
    target.flush()
    return is_whole


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # nothing here is worth an orderly end, and modules that close files at exit would be refused
