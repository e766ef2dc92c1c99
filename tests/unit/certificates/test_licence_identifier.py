"""GB/T 36904 identifiers: the printed ones that were seen, the ISO 7064 known answers, and what is refused."""

import dataclasses

import pytest

from certificates.core.errors import IdentifierError
from certificates.core.licence_identifier import (
    ROOT,
    IdentifierFault,
    LicenceIdentifier,
    check_character,
    parse_identifier,
)

PRINTED = [
    "11100000000013338W009.11330105002500287C.2025052201.002.0",
    "11100000000013338W011.11430000006122244L.20230000403.001.U",
    "11100000000013338W032.11220000013544541J.2430599.001.F",
]
SHORT_ISSUER = "11100000MB03271699022.340100.000000016.001.9"
BAD_CHECK = "11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M"


def made() -> LicenceIdentifier:
    return LicenceIdentifier(
        type_code="11100000000013338W001", agency_uscc="11330105002500287C", serial="2026000001", version=1
    )


@pytest.mark.parametrize(("body", "check"), [("A12425GABC1234002", "M"), ("B159D8FA01240000", "K")])
def test_the_known_answers_of_iso_7064_hold(body: str, check: str) -> None:
    assert check_character(body) == check


@pytest.mark.parametrize("printed", PRINTED)
def test_printed_identifiers_read_and_print_the_same(printed: str) -> None:
    identifier = parse_identifier(f"{ROOT}.{printed}")
    assert str(identifier) == f"{ROOT}.{printed}"
    assert identifier.faults == ()
    assert str(dataclasses.replace(identifier, printed_check="")) == f"{ROOT}.{printed}"


def test_a_six_digit_issuer_is_read_only_on_import_and_reported() -> None:
    identifier = parse_identifier(f"{ROOT}.{SHORT_ISSUER}", strict=False)
    assert identifier.faults == (IdentifierFault.SHORT_ISSUER,)  # its check character is right
    with pytest.raises(IdentifierError) as raised:
        parse_identifier(f"{ROOT}.{SHORT_ISSUER}")
    assert raised.value.code == "identifier.short_issuer"


def test_a_bad_check_character_is_reported_on_import_and_not_repaired() -> None:
    identifier = parse_identifier(f"{ROOT}.{BAD_CHECK}", strict=False)
    assert identifier.faults == (IdentifierFault.CHECK_CHARACTER,)
    assert str(identifier) == f"{ROOT}.{BAD_CHECK}"
    assert check_character(identifier.body) == "D"


def test_refuses_a_bad_check_character_of_our_own() -> None:
    with pytest.raises(IdentifierError) as raised:
        parse_identifier(f"{ROOT}.{BAD_CHECK}")
    assert raised.value.code == "identifier.check_character"
    assert "209FA4E8" not in str(raised.value)


@pytest.mark.parametrize("position", range(53))
def test_any_single_wrong_character_changes_the_check(position: int) -> None:
    body = PRINTED[1].replace(".", "")[:-1]
    others = {c for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c != body[position]}
    assert all(check_character(body[:position] + c + body[position + 1 :]) != "U" for c in others)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.2.156.3003.2." + PRINTED[0], "identifier.root"),  # a real vendor's typing error
        (PRINTED[0], "identifier.root"),
        (f"{ROOT}.{PRINTED[0]}.1", "identifier.format"),
        (f"{ROOT}.{PRINTED[0][:-1]}", "identifier.format"),
        (f"{ROOT}.{PRINTED[0]}\n", "identifier.format"),
        (f"{ROOT}.{PRINTED[0].replace('2025052201', '2025-52201')}", "identifier.serial"),
        (f"{ROOT}.{PRINTED[0].replace('2025052201', '２025052201')}", "identifier.serial"),
        (f"{ROOT}.{PRINTED[0].replace('2025052201', 'A' * 65)}", "identifier.serial"),
        (f"{ROOT}.{PRINTED[0].replace('2025052201', '')}", "identifier.serial"),
        (f"{ROOT}.{PRINTED[0].replace('.002.', '.000.')}", "identifier.version"),
        (f"{ROOT}.{PRINTED[0].replace('.002.', '.+02.')}", "identifier.version"),
        (f"{ROOT}.{PRINTED[0].replace('W009', 'W00X')}", "identifier.type_code"),
        (f"{ROOT}.{PRINTED[0].lower()}", "identifier.type_code"),
        (f"{ROOT}.{PRINTED[0].replace('11330105002500287C', '33010')}", "identifier.issuer_code"),
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_refuses_what_is_not_an_identifier(text: str, code: str, strict: bool) -> None:
    with pytest.raises(IdentifierError) as raised:
        parse_identifier(text, strict=strict)
    assert raised.value.code == code


def test_a_made_identifier_reads_back() -> None:
    text = str(made())
    assert text.startswith(f"{ROOT}.11100000000013338W001.11330105002500287C.2026000001.001.")
    assert dataclasses.replace(parse_identifier(text), printed_check="") == made()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agency_uscc": "330100"}, "identifier.short_issuer"),
        ({"agency_uscc": "11330105002500287D"}, "identifier.issuer_code"),
        ({"type_code": "11100000000013338X001"}, "identifier.authority_code"),
        ({"serial": "abc"}, "identifier.serial"),
        ({"version": 1000}, "identifier.version"),
        ({"version": 0}, "identifier.version"),
    ],
)
def test_refuses_to_make_a_faulty_identifier(change: dict[str, object], code: str) -> None:
    with pytest.raises(IdentifierError) as raised:
        dataclasses.replace(made(), **change)  # type: ignore[arg-type]
    assert raised.value.code == code


def test_a_correction_keeps_the_serial_and_counts_up() -> None:
    second = made().next_version()
    assert (second.serial, second.version) == (made().serial, 2)
    assert str(second) != str(made())
    with pytest.raises(IdentifierError):
        dataclasses.replace(made(), version=999).next_version()
