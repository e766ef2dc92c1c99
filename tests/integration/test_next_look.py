"""Nothing of an earlier look outlives a change: the very next one obeys it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from accounts.models import Agency
from certificates.adapters.known_signatures import KNOWN_SIGNATURES
from certificates.core.canonical import b64url_decode_strict
from certificates.core.grains import Grain
from certificates.models import Certificate, IssuerKey, NodeKey, StatusEntry
from certificates.services.create_node_keys import create_node_keys
from tests.integration.factories import AT, make_node
from tests.integration.recognition_steps import HOME_MATTER, World, make_world, outcomes, values
from tests.integration.statement_steps import disclosed, look
from tests.integration.threads import at_once
from verification.core.receipt import unverified_promise
from verification.models import LoadedTrustList, Matter, PurposeRules, RecognitionRule, UsageRule
from verification.services.asked import VerificationAnswer
from verification.services.publish_log import publish_log

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(world: World, issued: UUID) -> str:
    return disclosed(issued)


def told(answer: VerificationAnswer) -> Any:
    """What a change could touch: the refusal, or the outcome of each check and what was shown."""
    if answer.status != 200:
        return answer.body["code"]
    return outcomes(answer.body) | {"shown": values(answer.body), "agency": answer.body["view"]["agency"]["name_zh"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that another process changes between two looks, and how the second one must show it."""

    make: Callable[[], object]
    shows: Callable[[Any], object]
    as_expected: object


def _newer_purpose_rules() -> None:
    newest = PurposeRules.objects.order_by("-version")[0]
    PurposeRules.objects.create(version=newest.version + 1, rules={**newest.rules, "min_length": 150})


def _same_row_other_rules() -> None:
    row = PurposeRules.objects.filter(is_active=True).order_by("-version")[0]
    PurposeRules.objects.filter(pk=row.pk).update(rules={**row.rules, "min_length": 150})


CHANGES = {
    "usage rule ended": Change(
        make=lambda: UsageRule.objects.update(is_active=False),
        shows=lambda told: (told[7], told["shown"]),
        as_expected=(("undetermined", "usage.no_rule"), {}),
    ),
    "usage rule narrowed": Change(
        make=lambda: UsageRule.objects.update(fields={"certificate_number": Grain.FULL.value}),
        shows=lambda told: set(told["shown"]),
        as_expected={"certificate_number"},
    ),
    "matter ended": Change(
        make=lambda: Matter.objects.filter(code=HOME_MATTER).update(in_force_to=(AT - timedelta(days=1)).date()),
        shows=lambda told: told,
        as_expected="matter.not_in_force",
    ),
    "matter of another agency": Change(
        make=lambda: Matter.objects.filter(code=HOME_MATTER).update(agency_uscc="11330000MB9900013T"),
        shows=lambda told: told,
        as_expected="matter.other_agency",
    ),
    "other case numbers": Change(
        make=lambda: Matter.objects.filter(code=HOME_MATTER).update(case_pattern="NEW[0-9]{4}"),
        shows=lambda told: told,
        as_expected="case.pattern",
    ),
    "newer purpose rules": Change(make=_newer_purpose_rules, shows=lambda told: told, as_expected="purpose.too_short"),
    "purpose rules changed in place": Change(
        make=_same_row_other_rules, shows=lambda told: told, as_expected="purpose.too_short"
    ),
    "revoked": Change(
        make=lambda: StatusEntry.objects.update(value=1),
        shows=lambda told: (told[5], told["shown"]),
        as_expected=(("failed", "status.revoked"), {}),
    ),
    "suspended": Change(
        make=lambda: StatusEntry.objects.update(value=2),
        shows=lambda told: told[5],
        as_expected=("failed", "status.suspended"),
    ),
    "key compromised before the issue": Change(
        make=lambda: IssuerKey.objects.update(state="compromised", compromised_at=AT - timedelta(days=1)),
        shows=lambda told: told[3],
        as_expected=("failed", "issuer.key_compromised"),
    ),
    "key retired before the issue": Change(
        make=lambda: IssuerKey.objects.update(
            state="retired", from_at=AT - timedelta(days=2), to_at=AT - timedelta(days=1)
        ),
        shows=lambda told: told[3],
        as_expected=("failed", "issuer.key_not_in_force"),
    ),
    "key for other types": Change(
        make=lambda: IssuerKey.objects.update(licence_types=["11100000MB0000000P001"]),
        shows=lambda told: told[3],
        as_expected=("failed", "issuer.type_not_of_agency"),
    ),
    "key unknown": Change(
        make=lambda: IssuerKey.objects.filter(use="credential").update(kid="AAAAAAAAAAA"),
        shows=lambda told: told[2],
        as_expected=("failed", "issuer.key_unknown"),
    ),
    "agency renamed": Change(
        make=lambda: Agency.objects.filter(issues=True).update(name_zh="另一个名称"),
        shows=lambda told: told["agency"],
        as_expected="另一个名称",
    ),
    "issue no longer in the log, key compromised after it": Change(
        make=lambda: (
            Certificate.objects.update(released_at=None),
            IssuerKey.objects.update(state="compromised", compromised_at=AT + timedelta(seconds=1)),
        ),
        shows=lambda told: told[3],
        as_expected=("undetermined", "issuer.issue_time_unproven"),
    ),
}


def told_or_nameless(answer: VerificationAnswer) -> Any:
    if answer.status == 200 and answer.body["view"]["agency"] is None:
        return outcomes(answer.body)
    return told(answer)


@pytest.mark.parametrize("name", CHANGES)
def test_the_very_next_look_obeys_a_change(credential: str, name: str) -> None:
    change = CHANGES[name]
    before = told(look(credential, key="before"))
    assert before["shown"]
    assert KNOWN_SIGNATURES.get(sha256(credential.partition("~")[0].encode()).digest()) is not None
    assert change.shows(before) != change.as_expected
    change.make()
    assert change.shows(told_or_nameless(look(credential, key="after"))) == change.as_expected


def test_the_very_next_look_obeys_a_recognition_rule(credential: str) -> None:
    RecognitionRule.objects.update(is_active=True, presence_required=True)
    required = told(look(credential, key="required"))[6]
    RecognitionRule.objects.update(presence_required=False)
    waived = told(look(credential, key="waived"))[6]
    RecognitionRule.objects.update(presence_required=True)
    assert told(look(credential, key="again"))[6] == required
    if RecognitionRule.objects.filter(matter_code=HOME_MATTER, issuing_region="*").exists():
        assert waived != required


def test_the_very_next_look_obeys_a_newer_trust_list_and_none(world: World, credential: str) -> None:
    assert told(look(credential, key="listed"))[2] == ("passed", "signature.good")
    world.trust(expires_at=AT + timedelta(hours=1), issued_at=AT - timedelta(hours=1))
    publish_log(at=AT)  # or the log would count as stalled by then
    late = look(credential, key="ended", at=AT + timedelta(hours=2))
    assert outcomes(late.body)[2] == ("undetermined", "trust_list.expired")
    LoadedTrustList.objects.all().delete()
    none = outcomes(look(credential, key="none").body)[2]
    assert none[0] == "undetermined"
    assert none[1].startswith("trust_list.")


def test_the_very_next_receipt_is_signed_with_the_new_key(credential: str) -> None:
    def kid(answer: VerificationAnswer) -> str:
        head = answer.body["receipt"].partition(".")[0]
        assert unverified_promise(answer.body["receipt"]).region == "330000"
        return str(json.loads(b64url_decode_strict(head))["kid"])

    old = kid(look(credential, key="old"))
    NodeKey.objects.filter(purpose="receipt").update(state="retired", to_at=AT)
    create_node_keys(at=AT)
    assert kid(look(credential, key="new")) != old


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["usage rule ended", "revoked", "key compromised before the issue", "matter ended"])
def test_the_very_next_look_obeys_what_another_connection_committed(
    settings: Settings, node_folder: object, name: str
) -> None:
    world = make_world(make_node(), settings)
    credential = disclosed(world.node.issue())
    change = CHANGES[name]
    assert change.shows(told(look(credential, key="before"))) != change.as_expected
    assert not any(isinstance(result, Exception) for result in at_once(1, lambda _: change.make()))
    assert change.shows(told_or_nameless(look(credential, key="after"))) == change.as_expected
