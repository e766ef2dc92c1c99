"""The published vectors of GB 11643, GB 32100 and GB 11714, good and bad, and the promise never to echo a code."""

from datetime import date

import pytest

from accounts.core.errors import IdentityCodeError
from accounts.core.identity_codes import (
    HOLDER_CODE_TYPES,
    HolderClass,
    Sex,
    check_citizen_id,
    check_holder_code,
    check_organisation_code,
    check_uscc,
)

GOOD_USCCS = [
    "91350100M000100Y43",  # the standard's own example
    "11100000000013338W",
    "11100000MB03271699",
    "11220000013544541J",
    "11330105002500287C",
    "91610800064834709T",
    "91440101MA5CJMYA97",
    "91370406L24894136J",
    "113700000045046442",  # all digits
    "91110000600037341L",
]


def mod_11_2(digits: str) -> str:
    """ISO 7064 MOD 11-2 by its recursive definition, independent of the weights of GB 11643."""
    p = 0
    for digit in digits:
        p = (p + int(digit)) * 2 % 11
    return "0123456789X"[(1 - p) % 11]


@pytest.mark.parametrize(
    ("code", "born", "sex"),
    [
        ("11010519491231002X", date(1949, 12, 31), Sex.FEMALE),
        ("440524188001010014", date(1880, 1, 1), Sex.MALE),
    ],
)
def test_the_standards_own_citizen_ids_are_good(code: str, born: date, sex: Sex) -> None:
    seen = check_citizen_id(code)
    assert (seen.birth_date, seen.sex, seen.province) == (born, sex, f"{code[:2]}0000")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("110105194912310021", "check_digit"),
        ("11010519491331002X", "birth_date"),
        ("110105491231002", "length"),
        ("11010519491231002x", "format"),
        ("11010519491231002 ", "format"),
        ("11010519491231002X ", "length"),
        ("１１010519491231002X", "format"),
        ("1101051949123100٢X", "format"),
        ("11010519491231002X\n", "length"),
        ("99010519491231002X", "region"),
        ("00010519491231002X", "region"),
        ("", "length"),
    ],
)
def test_refuses_a_wrong_citizen_id_without_echoing_it(code: str, error: str) -> None:
    with pytest.raises(IdentityCodeError) as raised:
        check_citizen_id(code)
    assert raised.value.code == f"identity.citizen_id.{error}"
    assert not code or code not in f"{raised.value}{raised.value!r}"
    assert raised.value.__cause__ is None


def test_an_impossible_birth_date_leaks_nothing_through_the_traceback() -> None:
    with pytest.raises(IdentityCodeError) as raised:
        check_citizen_id("11010519491331002X")
    assert raised.value.__suppress_context__


def test_a_county_abolished_long_ago_stays_good_for_life() -> None:
    body = "51020219600101123"  # 510202: Chongqing's Shizhong district, while it was in Sichuan
    assert check_citizen_id(body + mod_11_2(body)).province == "510000"


@pytest.mark.parametrize("province", ["71", "81", "82", "83"])
def test_residence_permits_of_taiwan_hong_kong_and_macao_are_good(province: str) -> None:
    body = f"{province}000019900101001"
    assert check_citizen_id(body + mod_11_2(body)).birth_date == date(1990, 1, 1)


def test_the_check_character_agrees_with_iso_7064_and_every_other_one_is_refused() -> None:
    for serial in range(0, 1000, 37):
        body = f"33010219850817{serial:03d}"
        good = mod_11_2(body)
        check_citizen_id(body + good)
        for wrong in set("0123456789X") - {good}:
            with pytest.raises(IdentityCodeError, match="check character"):
                check_citizen_id(body + wrong)


def test_a_citizen_id_prints_nothing_of_its_owner() -> None:
    assert "1949" not in repr(check_citizen_id("11010519491231002X"))


@pytest.mark.parametrize("code", GOOD_USCCS)
def test_real_usccs_are_good(code: str) -> None:
    seen = check_uscc(code)
    assert seen.department + seen.category + seen.division + seen.organisation_code == code[:17]
    check_organisation_code(code[8:17])


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("91500106MA2CE71F65", "check_digit"),
        ("9150010807MGZHI002", "format"),
        ("91350100m000100y43", "format"),
        ("91350100M000100Y4", "length"),
        ("91350100M000100Y43 ", "length"),
        ("9135010OM000100Y43", "format"),
        ("B1350100M000100Y43", "department"),
    ],
)
def test_refuses_a_wrong_uscc_without_echoing_it(code: str, error: str) -> None:
    with pytest.raises(IdentityCodeError) as raised:
        check_uscc(code)
    assert raised.value.code == f"identity.uscc.{error}"
    assert code not in f"{raised.value}{raised.value!r}"


def test_refuses_a_uscc_whose_inner_organisation_code_is_wrong() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = "91350100M000100Y5"  # the standard's example with another inner check digit, the outer one recomputed
    total = sum(alphabet.index(char) * 3**i for i, char in enumerate(body))
    with pytest.raises(IdentityCodeError) as raised:
        check_uscc(body + alphabet[-total % 31])
    assert raised.value.code == "identity.uscc.organisation_code"


def test_every_single_wrong_character_of_a_uscc_is_caught() -> None:
    good = "91350100M000100Y43"
    for i in range(18):
        for char in set("0123456789ABCDEFGHJKLMNPQRTUWXY") - {good[i]}:
            with pytest.raises(IdentityCodeError):
                check_uscc(good[:i] + char + good[i + 1 :])


@pytest.mark.parametrize("code", ["D2143569-X", "12345678-8", "D2143569X", "123456788"])
def test_published_organisation_codes_are_good(code: str) -> None:
    check_organisation_code(code)


@pytest.mark.parametrize(
    ("code", "error"),
    [("D2143569-1", "check_digit"), ("12345678-9", "check_digit"), ("d2143569-X", "format"), ("D2143569--X", "format")],
)
def test_refuses_a_wrong_organisation_code(code: str, error: str) -> None:
    with pytest.raises(IdentityCodeError) as raised:
        check_organisation_code(code)
    assert raised.value.code == f"identity.org_code.{error}"


def test_the_holder_code_types_are_those_of_appendix_a() -> None:
    appendix = "001 099 111 114 115 118 119 120 122 411 412 413 414 511 516 999"
    assert " ".join(sorted(HOLDER_CODE_TYPES)) == appendix
    organisations = {c for c, kind in HOLDER_CODE_TYPES.items() if not kind.holder_class.is_person}
    assert organisations == {"001", "099"}
    assert HOLDER_CODE_TYPES["111"].holder_class is HolderClass.CITIZEN


@pytest.mark.parametrize(
    ("code_type", "code"),
    [("001", GOOD_USCCS[0]), ("111", "11010519491231002X"), ("114", "军字第0012345号"), ("414", "E12345678")],
)
def test_holder_codes_are_checked_by_their_type(code_type: str, code: str) -> None:
    check_holder_code(code_type=code_type, code=code)


@pytest.mark.parametrize(
    ("code_type", "code", "error"),
    [
        ("001", "11010519491231002X", "identity.uscc.check_digit"),
        ("111", GOOD_USCCS[0], "identity.citizen_id.format"),
        ("70", "11010519491231002X", "identity.holder_code_type.unknown"),
        ("414", "E12 45678", "identity.holder_code.format"),
        ("999", "", "identity.holder_code.format"),
    ],
)
def test_refuses_a_holder_code_of_another_type(code_type: str, code: str, error: str) -> None:
    with pytest.raises(IdentityCodeError) as raised:
        check_holder_code(code_type=code_type, code=code)
    assert raised.value.code == error
