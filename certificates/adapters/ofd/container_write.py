"""An OFD's container as we make it: one fixed form of ZIP, so that equal files are equal bytes and nothing lies outside of them.

Entries are stored, not deflated: a deflate stream has bits that mean nothing, which nobody's signature would cover.
"""

import struct
from collections.abc import Mapping
from typing import Final
from zlib import crc32

LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
END: Final = struct.Struct("<4sHHHHIIH")
LOCAL_MARK: Final = b"PK\x03\x04"
CENTRAL_MARK: Final = b"PK\x01\x02"
END_MARK: Final = b"PK\x05\x06"

_VERSION: Final = 10  # of APPNOTE.TXT: stored files, nothing newer
_DAY: Final = 0x0021  # 1 January 1980, the earliest that the format knows: a file must not tell when it was packed


def write_container(entries: Mapping[str, bytes]) -> bytes:
    """This will pack the entries in their order; names are ASCII. A reader can tell that it holds this form by packing again."""
    body, directory = bytearray(), bytearray()
    for name, data in entries.items():
        path = name.encode("ascii")
        common = (_VERSION, 0, 0, 0, _DAY, crc32(data), len(data), len(data), len(path), 0)
        directory += CENTRAL.pack(CENTRAL_MARK, _VERSION, *common, 0, 0, 0, 0, len(body)) + path
        body += LOCAL.pack(LOCAL_MARK, *common) + path + data
    end = END.pack(END_MARK, 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return bytes(body + directory + end)
