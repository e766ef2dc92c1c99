"""Containers that readers of ZIP disagree about are refused, each by name, and quickly."""

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest

from certificates.adapters.ofd.container_read import MAX_ENTRIES, MAX_ENTRY_BYTES, read_container
from certificates.adapters.ofd.container_write import CENTRAL, LOCAL, write_container
from certificates.core.errors import DocumentError

FILES = {"OFD.xml": b"<a/>", "Doc_0/Document.xml": b"<b/>" * 40}


def zipped(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, **options: object) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
        archive.comment = options.get("comment", b"")  # type: ignore[assignment]  # bytes here
    return output.getvalue()


def refusal(data: bytes) -> str:
    begun = time.perf_counter()
    with pytest.raises(DocumentError) as caught:
        read_container(data)
    assert time.perf_counter() - begun < 1
    return caught.value.code


def test_what_is_written_is_read_and_is_the_same_each_time() -> None:
    data = write_container(FILES)
    assert dict(read_container(data)) == FILES
    assert write_container(read_container(data)) == data
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


def test_deflated_containers_of_other_makers_are_read() -> None:
    assert dict(read_container(zipped(FILES))) == FILES


@pytest.mark.parametrize(
    "name",
    [
        "../OFD.xml",
        "/OFD.xml",
        "Doc_0/../../x",
        "C:/x",
        "a\\b",
        "a//b",
        "./a",
        "a/.",
        "a/..",
        "a/./b",
        "é.xml",
        "a\0b",
        ".hidden",
        "a b",
    ],
)
def test_refuses_names_that_lead_elsewhere(name: str) -> None:
    plain = b"X" * len(name.encode("utf-8"))
    data = write_container({plain.decode(): b"1"}).replace(plain, name.encode("utf-8"))
    assert refusal(data) == "ofd.entry_name"


@pytest.mark.parametrize("names", [("a.xml", "b.xml"), ("A.xml", "b.xml")])
def test_refuses_two_entries_of_one_name(names: tuple[str, str]) -> None:
    data = write_container({names[0]: b"1", names[1]: b"2"})
    assert refusal(data.replace(names[1].encode(), b"a.xml")) == "ofd.entry_name"


def test_refuses_a_file_that_is_a_folder_too() -> None:
    assert refusal(zipped({"a": b"1", "a/": b"", "a/b": b"2"}, method=zipfile.ZIP_STORED)) == "ofd.entry_name"
    assert refusal(write_container({"a": b"1", "a/b": b"2"})) == "ofd.entry_name"


def test_refuses_a_folder_that_holds_nothing() -> None:
    assert refusal(zipped({**FILES, "Doc_1/": b""}, method=zipfile.ZIP_STORED)) == "ofd.container"


def test_refuses_a_link() -> None:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        info = zipfile.ZipInfo("a.xml")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert refusal(output.getvalue()) == "ofd.entry_name"


@pytest.mark.parametrize("bit", [0x0001, 0x0040, 0x2000])
def test_refuses_encrypted_entries(bit: int) -> None:
    data = bytearray(write_container({"a": b"1"}))
    data[6:8] = struct.pack("<H", bit)
    at = data.index(b"PK\x01\x02") + 8
    data[at : at + 2] = struct.pack("<H", bit)
    assert refusal(bytes(data)) == "ofd.encrypted"


@pytest.mark.parametrize(
    "changed",
    [
        lambda data: b"MZ" + data,
        lambda data: data + b"\0",
        lambda data: data[:-1],
        lambda data: data[:-22],
        lambda _: b"",
        lambda data: data.replace(b"PK\x01\x02", b"PK\x03\x02"),
        lambda data: data.replace(b"Doc_0/Document.xml", b"Doc_0/Documens.xml", 1),
        lambda data: data.replace(b"<b/>", b"<c/>", 1),
        lambda data: data[: len(data) - 22] + data[len(data) - 22 :].replace(b"\x02\0\x02\0", b"\x01\0\x01\0"),
    ],
    ids=[
        "prepended",
        "appended",
        "cut",
        "endless",
        "empty",
        "no directory",
        "two names",
        "other content",
        "one hidden",
    ],
)
def test_refuses_bytes_outside_of_entries_and_headers_that_differ(changed: Callable[[bytes], bytes]) -> None:
    assert refusal(changed(write_container(FILES))) == "ofd.container"


def test_refuses_bytes_hidden_before_the_directory() -> None:
    data = write_container(FILES)
    start = data.index(b"PK\x01\x02")
    end = struct.pack("<I", start + 6)
    hidden = data[:start] + b"hidden" + data[start:-6] + end + data[-2:]
    assert zipfile.ZipFile(io.BytesIO(hidden)).read("OFD.xml") == FILES["OFD.xml"]
    assert refusal(hidden) == "ofd.container"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_refuses_other_ways_of_packing(method: int) -> None:
    assert refusal(zipped(FILES, method=method)) == "ofd.container"


def test_refuses_a_comment_and_extra_fields() -> None:
    assert refusal(zipped(FILES, comment=b"x")) == "ofd.container"
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        info = zipfile.ZipInfo("a")
        info.extra = struct.pack("<HHI", 0x7777, 4, 1)
        archive.writestr(info, b"1")
    assert refusal(output.getvalue()) == "ofd.container"


def test_refuses_a_deflate_stream_that_goes_on_behind_its_end() -> None:
    data = zipped({"a": b"1" * 50})
    assert refusal(_with_packed(data, _deflated(b"1" * 50) + b"\0")) == "ofd.container"


def test_refuses_bits_that_mean_nothing_behind_a_deflate_stream() -> None:
    packed = _deflated(b"1" * 50)
    loose = packed[:-1] + bytes([packed[-1] | 0x80])
    assert zlib.decompress(loose, -15) == b"1" * 50
    assert refusal(_with_packed(zipped({"a": b"1" * 50}), loose)) == "ofd.container"


def test_refuses_bombs_by_number_size_and_ratio() -> None:
    assert refusal(write_container({f"f{index}": b"" for index in range(MAX_ENTRIES + 1)})) == "ofd.limit"
    assert refusal(zipped({"a": bytes(MAX_ENTRY_BYTES + 1)})) == "ofd.limit"
    assert refusal(zipped({"a": bytes(MAX_ENTRY_BYTES)})) == "ofd.limit"
    lies = bytearray(zipped({"a": bytes(4 * 1024 * 1024)}))
    for start in (22, lies.index(b"PK\x01\x02") + 24):  # the size, in both headers
        lies[start : start + 4] = struct.pack("<I", 100)
    assert refusal(bytes(lies)) == "ofd.container"


def test_refuses_entries_that_share_bytes() -> None:
    """One stream listed many times unpacks to a thousand times the file: the quine and overlap bombs."""
    data = write_container({"a": b"x" * 1000, "b": b"x" * 1000})
    at = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    entry = list(CENTRAL.unpack_from(data, at))
    entry[-1] = 0
    assert refusal(data[:at] + CENTRAL.pack(*entry) + data[at + CENTRAL.size :]) == "ofd.container"


def _deflated(data: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush()


def _with_packed(data: bytes, packed: bytes) -> bytes:
    """The same container of one entry with another packed stream, its headers corrected."""
    local = list(LOCAL.unpack_from(data, 0))
    at = data.index(b"PK\x01\x02")
    central = list(CENTRAL.unpack_from(data, at))
    local[7] = central[8] = len(packed)
    body = LOCAL.pack(*local) + b"a" + packed
    directory = CENTRAL.pack(*central) + b"a"
    return body + directory + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), len(body), 0)
