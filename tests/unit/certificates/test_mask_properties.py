"""Masks over all values: no more characters than promised, and nothing that depends on a hidden one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.core.regions import REGIONS
from certificates.core.field_kinds import MASKABLE, FieldKind
from certificates.core.masking import contains_citizen_id, mask

# Kind: what a value looks like, and how many characters its mask keeps at its beginning and at its end.
PROMISED = {
    FieldKind.PERSON_NAME: ("[张李欧阿王][一-鿿·]{1,12}", 1, 0),
    FieldKind.HOLDER_NAME: ("[张李欧阿王][一-鿿·]{1,12}", 1, 0),
    FieldKind.CITIZEN_ID: ("[1-9][0-9]{16}[0-9X]", 1, 0),
    FieldKind.HOLDER_CODE: ("[A-Z0-9]{6,18}", 1, 0),
    FieldKind.PHONE: ("1[0-9]{10}", 3, 4),
    FieldKind.BANK_ACCOUNT: ("[0-9]{12,30}", 0, 4),
    FieldKind.LICENCE_NUMBER: ("[A-Z浙][A-Z0-9]{7,16}", 2, 2),
    FieldKind.DATE: ("(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]", 4, 0),
}
KINDS = sorted(PROMISED)
ANY_TEXT = st.text(max_size=40) | st.from_regex("[0-9X -]{0,24}", fullmatch=True)


def shape(kind: FieldKind) -> st.SearchStrategy[str]:
    return st.from_regex(PROMISED[kind][0], fullmatch=True)


def test_every_kind_with_a_mask_is_here_or_an_address() -> None:
    assert PROMISED.keys() | {FieldKind.ADDRESS} == MASKABLE


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_mask_shows_the_promised_characters_and_no_other(kind: FieldKind, data: st.DataObject) -> None:
    _, first, last = PROMISED[kind]
    value = data.draw(shape(kind))
    masked = mask(kind, value)
    shown = masked.replace("*", "").replace("-", "")
    assert shown == "" or shown == value[:first] + value[len(value) - last :]
    assert masked != value


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_mask_does_not_depend_on_what_it_hides(kind: FieldKind, data: st.DataObject) -> None:
    _, first, last = PROMISED[kind]
    one, other = data.draw(shape(kind)), data.draw(shape(kind))
    twin = one[:first] + other[first : len(other) - last] + one[len(one) - last :]
    # That a number holds a citizen ID is the one thing its mask may tell: then nothing at all is shown.
    if contains_citizen_id(one) == contains_citizen_id(twin):
        assert mask(kind, one) == mask(kind, twin)


@pytest.mark.parametrize("kind", KINDS)
@given(value=ANY_TEXT)
def test_a_text_of_any_other_form_shows_no_more(kind: FieldKind, value: str) -> None:
    _, first, last = PROMISED[kind]
    shown = mask(kind, value).replace("*", "").replace("-", "")
    assert len(shown) <= first + last
    assert len(mask(kind, value)) == len(mask(kind, "浙" * 3))


@given(
    province=st.sampled_from([region.name_zh for region in REGIONS.values()] + ["", "浙江", "x"]),
    middle=st.from_regex("([一-鿿]{1,4}市)?([一-鿿]{1,4}[区县旗])?", fullmatch=True),
    rest=st.text(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from("0123456789号路-"), max_size=20
    ),
)
def test_an_address_keeps_a_true_beginning_and_hides_the_rest(province: str, middle: str, rest: str) -> None:
    value = province + middle + rest
    masked = mask(FieldKind.ADDRESS, value)
    kept = masked.removesuffix("***")
    assert masked == kept + "***"
    assert value.startswith(kept)
    assert not value.strip() or kept != value
    assert not any(digit in kept for digit in "0123456789")
