"""How many citizen IDs are still possible once everything short of the number has been seen: 1,000 at least.

The attacker is assumed to see all masks, all facts and the seal code of one licence together, and to read the six-digit
county from a masked address, or to know it anyhow.
"""

import itertools
import re
from collections import Counter
from datetime import date, timedelta

import pytest

from accounts.core.identity_codes import check_citizen_id
from certificates.core.field_kinds import FieldKind
from certificates.core.grains import Grain
from certificates.core.issued_values import credential_content
from certificates.core.licence_types import FactRule, FieldValue, LicenceTypeDefinition
from certificates.core.masking import mask
from tests.unit.certificates.demo_data import AT, LICENCES, TYPE_CODES, definition

OLDEST = date(1906, 1, 1)
WEIGHTS = [2 ** (17 - i) % 11 for i in range(17)]
CHECK = "10X98765432"
CITIZEN_ID = re.compile("[1-8][0-9]{16}[0-9X]")  # a USCC of a firm begins with 9 and has letters


def candidates_left(*, pattern: str, county: str, born_from: date, born_to: date) -> int:
    """This will count the valid IDs that fit an 18-character pattern (`*` open), a county and a span of birth dates."""
    assert len(pattern) == 18
    area = [c if p == "*" else p for p, c in zip(pattern[:6], county, strict=True)]
    if any(c not in {"*", a} for c, a in zip(county, area, strict=True)):
        return 0
    area_sums = residues("".join(area), 0)
    order_sums = residues(pattern[14:17], 14)
    total = 0
    for n in range((born_to - born_from).days + 1):
        day = f"{born_from + timedelta(days=n):%Y%m%d}"
        if any(p not in {"*", d} for p, d in zip(pattern[6:14], day, strict=True)):
            continue
        day_sum = sum(int(d) * WEIGHTS[6 + i] for i, d in enumerate(day))
        for (a, a_count), (o, o_count) in itertools.product(area_sums.items(), order_sums.items()):
            if pattern[17] in {"*", CHECK[(a + day_sum + o) % 11]}:
                total += a_count * o_count
    return total


def residues(digits: str, at: int) -> Counter[int]:
    sums: Counter[int] = Counter({0: 1})
    for i, digit in enumerate(digits):
        longer: Counter[int] = Counter()
        for d in "0123456789" if digit == "*" else digit:
            for s, count in sums.items():
                longer[(s + int(d) * WEIGHTS[at + i]) % 11] += count
        sums = longer
    return sums


def merge(patterns: list[str]) -> str:
    """Everything that several masks of one ID show together."""
    merged = ["*"] * 18
    for pattern in patterns:
        merged = [m if p == "*" else p for m, p in zip(merged, pattern, strict=True)]
    return "".join(merged)


def what_an_attacker_has(
    kind: LicenceTypeDefinition, values: dict[str, FieldValue], code: str, holder: int
) -> tuple[str, date, date]:
    """The pattern of the ID and the span of birth dates that all masks, facts and the seal code leave of one holder."""
    patterns, born_from, born_to = ["*" * 18], OLDEST, AT
    born = check_citizen_id(code).birth_date
    signed = credential_content(kind, values, at=AT)
    for name, value in signed.masked.items():
        item = value if isinstance(value, str) else value[holder]
        field = kind.field(name)
        if field.kind in {FieldKind.CITIZEN_ID, FieldKind.HOLDER_CODE}:
            patterns.append(item)
        if field.kind is FieldKind.DATE and name == "birth_date":
            born_from, born_to = max(born_from, date(born.year, 1, 1)), min(born_to, date(born.year, 12, 31))
        if field.kind is FieldKind.LICENCE_NUMBER:
            # Were the number the ID itself, its two kept ends would be the ID's.
            patterns.append(mask(field.kind, code)[:2].ljust(16, "*") + mask(field.kind, code)[-2:])
    for fact in kind.facts:
        if fact.name in signed.facts and fact.rule is FactRule.AGE_AT_LEAST:
            assert isinstance(fact.argument, int)
            born_to = min(born_to, AT.replace(year=AT.year - fact.argument))
    for seal in kind.seal_code_fields:
        assert seal.grain is Grain.MASKED or not kind.field(seal.field).sensitivity.is_personal
        assert kind.field(seal.field).kind not in {FieldKind.CITIZEN_ID, FieldKind.HOLDER_CODE}
    return merge(patterns), born_from, born_to


PERSONS = [
    (sample["type"], sample["values"], code, i)
    for sample in LICENCES
    for i, code in enumerate(
        [sample["values"]["holder_code"]]
        if isinstance(sample["values"]["holder_code"], str)
        else sample["values"]["holder_code"]
    )
    if CITIZEN_ID.fullmatch(code)
]


@pytest.mark.parametrize(("type_code", "values", "code", "holder"), PERSONS)
def test_all_masks_facts_and_the_seal_code_together_leave_a_thousand_ids(
    type_code: str, values: dict[str, FieldValue], code: str, holder: int
) -> None:
    pattern, born_from, born_to = what_an_attacker_has(definition(type_code), values, code, holder)
    left = candidates_left(pattern=pattern, county=code[:6], born_from=born_from, born_to=born_to)
    assert left >= 1000


def test_every_shipped_type_for_persons_is_counted() -> None:
    personal = {code for code in TYPE_CODES if definition(code).holder_kinds != {"001"}}
    assert personal == {type_code for type_code, *_ in PERSONS}


def test_the_common_mask_would_leave_33_and_fail_this_test() -> None:
    """The known answer for a mask that shows six and four and a birth year: the counting function must see it."""
    code = "11010519491231002X"
    shown = code[:6] + "*" * 8 + code[14:]
    assert (
        20
        <= candidates_left(pattern=shown, county=code[:6], born_from=date(1949, 1, 1), born_to=date(1949, 12, 31))
        <= 40
    )
    wide = candidates_left(pattern=shown, county=code[:6], born_from=date(1940, 1, 1), born_to=date(2025, 12, 31))
    assert wide == pytest.approx(2854, abs=10)


def test_the_count_agrees_with_trying_every_number() -> None:
    county, day = "330106", "19880512"
    tried = 0
    for order, last in itertools.product(range(1000), "0123456789X"):
        code = f"{county}{day}{order:03d}{last}"
        total = sum(int(d) * w for d, w in zip(code[:17], WEIGHTS, strict=True))
        tried += CHECK[total % 11] == last and code[16] == "1"
    counted = candidates_left(
        pattern="3***************1*", county=county, born_from=date(1988, 5, 12), born_to=date(1988, 5, 12)
    )
    assert counted == tried == 100
