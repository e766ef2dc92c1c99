"""Signature wrapping, universal forgery, and bytes around the signed ones: the threats' P1 to P4."""

import re

import pytest

from tests.unit.certificates.adapters.pdf.attack_steps import refusal_code
from tests.unit.certificates.adapters.pdf.long_term_sample import Levels, SampleTsa
from tests.unit.certificates.adapters.pdf.sample import Authority
from tests.unit.certificates.adapters.pdf.test_read_refusals import gap_of

RANGE = re.compile(rb"/ByteRange \[([^\]]*)\] *")


def with_range(data: bytes, numbers: bytes) -> bytes:
    found = RANGE.search(data)
    assert found
    room = found.end() - found.start()
    return data[: found.start()] + (b"/ByteRange [" + numbers + b"]").ljust(room) + data[found.end() :]


def wrapped(data: bytes) -> bytes:
    """The signed second part moved to the end, a copy that may be changed left in its place: the digest still matches."""
    start, end = gap_of(data)
    second = data[end:]
    moved = with_range(data, b"0 %d %d %d" % (start, len(data), len(second)))
    assert len(moved) == len(data)
    return moved + second


def test_refuses_a_wrapped_signature(signed: bytes, root: Authority) -> None:
    assert refusal_code(wrapped(signed), root=root) == "pdf.coverage"


def test_refuses_a_wrapped_signature_with_a_changed_middle(signed: bytes, root: Authority) -> None:
    forged = wrapped(signed)
    assert b"/Reason" in forged
    assert refusal_code(forged.replace(b"/Reason", b"/Xeason", 1), root=root) == "pdf.coverage"


def test_refuses_a_wrapped_archive_timestamp(levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    places = [found.start() for found in RANGE.finditer(levels.lta)]
    _, first, second, rest = (int(n) for n in RANGE.findall(levels.lta)[1].split())
    moved = b"0 %d %d %d" % (first, len(levels.lta), rest)
    head, tail = levels.lta[: places[1]], levels.lta[places[1] :]
    forged = head + with_range(tail, moved) + levels.lta[second : second + rest]
    assert refusal_code(forged, root=root, tsa=tsa) == "pdf.coverage"


@pytest.mark.parametrize("value", [b"null", b"<>", b"<00>", b"<0000>", b"()", b"0", b"[]", b"true"])
def test_refuses_a_signature_without_a_value(signed: bytes, root: Authority, value: bytes) -> None:
    start, end = gap_of(signed)
    forged = signed[:start] + value.ljust(end - start) + signed[end:]
    assert refusal_code(forged, root=root) == "pdf.byterange"


def test_refuses_a_signature_whose_value_or_range_is_not_there(signed: bytes, root: Authority) -> None:
    for word in (b"/Contents <30", b"/ByteRange [0"):
        at = signed.rindex(word)
        assert refusal_code(signed[:at] + b"/X" + signed[at + 2 :], root=root) == "pdf.byterange"


def test_refuses_a_literal_string_in_the_gap(signed: bytes, root: Authority) -> None:
    start, end = gap_of(signed)
    content = bytes.fromhex(signed[start + 1 : end - 1].decode()).rstrip(b"\0")
    literal = b"(" + b"".join(b"\\%03o" % byte for byte in content) + b")"
    assert refusal_code(signed[:start] + literal.ljust(end - start) + signed[end:], root=root) == "pdf.gap"


def test_refuses_a_comment_in_the_gap(signed: bytes, root: Authority) -> None:
    start, end = gap_of(signed)
    digits = signed[start + 1 : end - 1].rstrip(b"0")
    digits += b"0" * (len(digits) % 2)
    forged = signed[:start] + (b"<" + digits + b">\n%").ljust(end - start - 1) + b"\n" + signed[end:]
    assert refusal_code(forged, root=root) == "pdf.gap"


def test_refuses_a_gap_that_is_too_large_or_too_small(signed: bytes, root: Authority) -> None:
    start, end = gap_of(signed)
    rest = len(signed) - end
    for first, second in ((start - 1, end), (start, end + 1), (start + 1, end), (start, end - 1), (start - 9, end)):
        forged = with_range(signed, b"0 %d %d %d" % (first, second, rest + end - second))
        assert refusal_code(forged, root=root) == "pdf.gap"


def test_refuses_bytes_around_the_signed_ones(signed: bytes, levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    for data in (signed, levels.lta):
        for forged in (data + b"\n%%EOF\n", data + data[-40:], data + b"\0", b"\xef\xbb\xbf" + data, b"MZ\n" + data):
            assert refusal_code(forged, root=root, tsa=tsa) == "pdf.trailing"


def test_refuses_a_second_header(signed: bytes, root: Authority) -> None:
    assert refusal_code(b"%PDF-1.4\n" + signed, root=root) in {"pdf.unreadable", "pdf.byterange", "pdf.gap"}


def test_refuses_a_file_that_is_also_an_archive(signed: bytes, root: Authority) -> None:
    central = b"PK\x05\x06" + bytes(18)
    assert refusal_code(signed + central, root=root) == "pdf.trailing"
