"""DER is read in its one form: every other encoding of the same value, and every value out of bounds, is refused."""

from datetime import UTC, datetime

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from certificates.core.der import (
    MAX_DEPTH,
    generalized,
    integer,
    moment,
    named_bits,
    octets_in_bits,
    oid,
    primitive,
    read_der,
    sequence,
    text,
    true,
)
from certificates.core.errors import CanonicalError

MAX = 4096


def node(data: bytes) -> object:
    return read_der(data, max_bytes=MAX)


def refusal(data: bytes) -> str:
    with pytest.raises(CanonicalError) as caught:
        node(data)
    return caught.value.code


@pytest.mark.parametrize(
    "data",
    [
        "",
        "30",
        "3001",
        "0201",
        "020100ff",  # something behind
        "30800000",  # indefinite length
        "02810105",  # long form for a short length
        "0282000105",  # a length with a leading zero
        "0284000000010500",  # a length of four octets
        "1f0100",  # a tag of more than one octet
        "bf2a00",
        "bf00",
        "9f00",
        "3f0100",
        "0200",  # INTEGER of nothing
        "02020001",  # INTEGER with a leading zero
        "0202ff80",  # INTEGER with a leading FF
        "010101",  # TRUE that is not FF
        "0100",
        "01020000",
        "0300",  # BIT STRING without the count of unused bits
        "03020800",
        "030101",
        "030201ff",  # unused bits that are set
        "050100",  # NULL of something
        "0600",  # OBJECT IDENTIFIER of nothing
        "06012a81"[:6] + "81",  # ends within an arc
        "0603558001",  # an arc with a leading zero
        "0616" + "69" + "81" * 20 + "01",  # an arc over 128 bits
        "0c01ff",  # no UTF-8
        "13015f",  # an underscore is not printable
        "130140",
        "1601e5",
        "170b2601010000" + "5a",  # UTCTime of another length
        "170d3236303130313030303030302b",
        "180f32303236303130313030303030302b",
        "14024f4b",  # TeletexString
        "1e020041",  # BMPString
        "0900",  # REAL
        "2403040161",  # constructed OCTET STRING
        "2c03 0c0161",  # constructed UTF8String
        "4100",  # application class
        "c100",  # private class
        "6100",
        "e100",
        "3106020102020101",  # SET out of order
        "3106020101020101",  # one member twice
    ],
)
def test_refuses_what_is_not_der(data: str) -> None:
    assert refusal(bytes.fromhex(data)) == "der.malformed"


def test_refuses_what_is_too_large_or_nested_too_deep() -> None:
    assert refusal(bytes(MAX + 1)) == "der.limit"
    deepest = core.Null().dump()
    for _ in range(MAX_DEPTH - 1):
        deepest = b"\x30" + bytes([len(deepest)]) + deepest
    assert node(deepest)
    assert refusal(b"\x30" + bytes([len(deepest)]) + deepest) == "der.limit"


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("170d3439313233313233353935395a", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("170d3530303130313030303030305a", datetime(1950, 1, 1, tzinfo=UTC)),
        ("180f32303530303130313030303030305a", datetime(2050, 1, 1, tzinfo=UTC)),
        ("180f32303439313233313233353935395a", None),  # before 2050 it must be a UTCTime
        ("170d3236303233303030303030305a", None),  # 30 February
        ("170d3236303130313234303030305a", None),
        ("170d3236303130313030303036305a", None),  # a leap second has no moment here
        ("020101", None),
    ],
)
def test_reads_a_time_only_in_the_form_of_its_year(data: str, value: datetime | None) -> None:
    read = read_der(bytes.fromhex(data), max_bytes=MAX)
    if value is not None:
        assert moment(read) == value
        return
    with pytest.raises(CanonicalError):
        moment(read)


def test_reads_nothing_as_something_else() -> None:
    number = read_der(b"\x02\x01\x01", max_bytes=MAX)
    for reading in (oid, text, true, octets_in_bits, named_bits, generalized, lambda it: primitive(it, 4)):
        with pytest.raises(CanonicalError):
            reading(number)
    with pytest.raises(CanonicalError):
        integer(read_der(b"\x05\x00", max_bytes=MAX))
    with pytest.raises(CanonicalError):
        true(read_der(b"\x01\x01\x00", max_bytes=MAX))
    with pytest.raises(CanonicalError):
        octets_in_bits(read_der(b"\x03\x02\x01\xfe", max_bytes=MAX))
    for empty in (b"\x03\x01\x00", b"\x03\x02\x00\xfe", b"\x03\x03\x00\x80\x00"):
        with pytest.raises(CanonicalError):
            named_bits(read_der(empty, max_bytes=MAX))
    pair = read_der(b"\x30\x06\x02\x01\x01\x02\x01\x02", max_bytes=MAX)
    for least, most in ((3, 4), (0, 1)):
        with pytest.raises(CanonicalError):
            sequence(pair, least=least, most=most)


@given(st.integers(min_value=-(1 << 200), max_value=1 << 200))
def test_reads_every_integer_that_another_library_writes(value: int) -> None:
    assert integer(read_der(core.Integer(value).dump(), max_bytes=MAX)) == value


@given(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, (1 << 128) - 1), max_size=6))
def test_reads_every_object_identifier_that_another_library_writes(first: int, second: int, rest: list[int]) -> None:
    dotted = ".".join(str(arc) for arc in (first, second, *rest))
    assert oid(read_der(core.ObjectIdentifier(dotted).dump(), max_bytes=MAX)) == dotted


@given(st.text(max_size=40))
def test_reads_every_text_that_another_library_writes(value: str) -> None:
    assert text(read_der(core.UTF8String(value).dump(), max_bytes=MAX)) == value


@given(st.sets(st.integers(0, 8), min_size=1))
def test_reads_every_set_of_named_bits_that_another_library_writes(bits: set[int]) -> None:
    from asn1crypto.x509 import KeyUsage

    names = {KeyUsage._map[bit] for bit in bits}
    assert named_bits(read_der(KeyUsage(names).dump(), max_bytes=MAX)) == bits


@given(st.binary(max_size=64))
def test_refuses_junk_by_name_and_nothing_else(data: bytes) -> None:
    try:
        read = read_der(data, max_bytes=MAX)
    except CanonicalError:
        return
    assert read.raw == data
