"""Another province's printed code or credential, handed over where its province is not asked: shown as far as a rule needs."""

from datetime import timedelta

import pytest

from certificates.core.grains import Grain
from tests.integration.factories import AT
from tests.integration.foreign_steps import look, verdict_of
from tests.integration.loopback_province import TTL, LoopbackProvince
from tests.integration.recognition_steps import WANTED, outcomes, values
from verification.models import RecognitionRule

pytestmark = [pytest.mark.django_db, pytest.mark.real_network]


def test_a_printed_code_is_valid_where_presence_is_not_required_until_its_status_is_stale(
    sichuan: LoopbackProvince,
) -> None:
    RecognitionRule.objects.update(presence_required=False, required={"certificate_number": "full"})
    code = sichuan.seal_code()
    assert verdict_of(look(code)) == "valid"
    sichuan.down = True
    within = look(code, key="look-0002", at=AT + timedelta(seconds=TTL))
    after = look(code, key="look-0003", at=AT + timedelta(seconds=TTL + 1))

    assert verdict_of(within) == "valid"
    assert values(within.body)["certificate_number"]
    assert verdict_of(after) == "undetermined"
    assert outcomes(after.body)[5] == ("undetermined", "status.stale")


def test_a_printed_code_is_undetermined_where_the_rule_wants_the_holder_present(sichuan: LoopbackProvince) -> None:
    RecognitionRule.objects.update(required={"certificate_number": "full"})
    answer = look(sichuan.seal_code())
    assert verdict_of(answer) == "undetermined"
    assert outcomes(answer.body)[6] == ("undetermined", "presenter.not_checked")


def test_of_a_foreign_credential_handed_over_no_more_is_shown_than_the_recognition_rule_needs(
    sichuan: LoopbackProvince,
) -> None:
    RecognitionRule.objects.update(presence_required=False, required={"holder_name": "masked", "sex": "full"})
    text = sichuan.credential({"holder_name": Grain.MASKED, "certificate_number": Grain.FULL, "sex": Grain.FULL})
    answer = look(text, fields={"holder_name": Grain.FULL, "certificate_number": Grain.FULL, "sex": Grain.FULL})
    assert verdict_of(answer) == "valid"
    assert set(values(answer.body)) == {"holder_name", "sex"}
    assert answer.body["view"]["withheld"] == ["certificate_number"]


def test_of_a_foreign_credential_nothing_is_shown_that_no_rule_needs(sichuan: LoopbackProvince) -> None:
    RecognitionRule.objects.update(presence_required=False, required={})
    answer = look(sichuan.credential({"holder_name": Grain.FULL, "certificate_number": Grain.FULL}))
    assert verdict_of(answer) == "valid"
    assert values(answer.body) == {}


def test_a_credential_changed_in_one_character_is_invalid(sichuan: LoopbackProvince) -> None:
    jwt, tilde, rest = sichuan.credential(WANTED).partition("~")
    header, payload, signature = jwt.split(".")
    other = "B" if signature[5] == "A" else "A"
    answer = look(f"{header}.{payload}.{signature[:5]}{other}{signature[6:]}{tilde}{rest}")
    assert outcomes(answer.body)[2][0] == "failed"
    assert values(answer.body) == {}
