"""The demo's data files agree with the standards and with each other."""

import re
from datetime import date

from accounts.core.identity_codes import check_citizen_id, check_uscc
from accounts.core.permissions import Role
from accounts.core.regions import REGIONS
from certificates.core.grains import Grain
from certificates.core.licence_identifier import LicenceIdentifier
from tests.unit.certificates.demo_data import PEOPLE, POLICIES, PROVINCES, TYPE_CODES, definition

AGENCIES = {agency["uscc"]: agency for agency in PEOPLE["agencies"]}


def test_all_codes_have_good_check_characters() -> None:
    for body in PEOPLE["agencies"] + PEOPLE["firms"]:
        check_uscc(body["uscc"])
    for citizen in PEOPLE["citizens"]:
        check_citizen_id(citizen["citizen_id"])


def test_the_cast_is_complete() -> None:
    by_region = [citizen["region"] for citizen in PEOPLE["citizens"]]
    assert by_region.count("330000") >= 3
    assert by_region.count("510000") >= 1
    assert all(any(char in citizen["name"] for citizen in PEOPLE["citizens"]) for char in "㛃䶮𫖯")
    citizens, firms = ({p["id"] for p in PEOPLE[kind]} for kind in ("citizens", "firms"))
    assert {(m["firm"] in firms, m["citizen"] in citizens) for m in PEOPLE["memberships"]} == {(True, True)}
    logins = [p["login"] for p in PEOPLE["citizens"] + PEOPLE["officers"]]
    assert len(set(logins)) == len(logins)


def test_officers_belong_to_agencies_and_have_roles() -> None:
    ids = {agency["id"] for agency in PEOPLE["agencies"]}
    assert all(officer["agency"] in ids and Role(officer["role"]) for officer in PEOPLE["officers"])


def test_each_province_is_a_region_and_may_issue_what_its_agencies_issue() -> None:
    provinces = {province["code"]: province for province in PROVINCES["provinces"]}
    assert set(provinces) <= set(REGIONS)
    assert len({province["port"] for province in provinces.values()}) == len(provinces)
    for agency in PEOPLE["agencies"]:
        assert set(agency["issues"]) <= set(provinces[agency["region"]]["licence_types"]) <= set(TYPE_CODES)


def test_licences_are_issued_by_the_agency_they_name_to_holders_they_name() -> None:
    agencies = {agency["id"]: agency for agency in PEOPLE["agencies"]}
    codes = {p["id"]: p["citizen_id"] for p in PEOPLE["citizens"]} | {f["id"]: f["uscc"] for f in PEOPLE["firms"]}
    for sample in PEOPLE["licences"]:
        agency, values = agencies[sample["agency"]], sample["values"]
        assert sample["type"] in agency["issues"]
        assert (values["issuing_authority"], values["issuing_authority_code"]) == (agency["name_zh"], agency["uscc"])
        named = values["holder_code"]
        assert [codes[holder] for holder in sample["holders"]] == ([named] if isinstance(named, str) else named)
        LicenceIdentifier(type_code=sample["type"], agency_uscc=agency["uscc"], serial=sample["serial"], version=1)


def test_matters_belong_to_agencies_and_their_examples_fit_their_patterns() -> None:
    for matter in POLICIES["matters"]:
        assert AGENCIES[matter["agency"]]["region"] == matter["region"]
        assert len(matter["code"]) == 31
        assert matter["code"].startswith(matter["agency"])
        assert re.fullmatch(matter["case_pattern"], matter["case_example"])
        assert date.fromisoformat(matter["in_force_from"]) < date.fromisoformat(matter.get("in_force_to", "9999-12-31"))


def test_rules_name_matters_fields_and_grains_that_exist() -> None:
    matters = {matter["code"] for matter in POLICIES["matters"]}
    for rule in POLICIES["usage_rules"] + POLICIES["recognition_rules"]:
        kind = definition(rule["type_code"])
        facts = {fact.name for fact in kind.facts}
        assert rule["matter_code"] in matters
        for name, grain in (rule.get("fields") or rule["required"]).items():
            assert (Grain(grain) is Grain.FACT) == (name in facts)
            assert name in facts or Grain(grain) in kind.field(name).grains


def test_what_is_required_for_a_matter_is_at_most_what_the_other_side_lets_be_seen() -> None:
    order = [Grain.WITHHELD, Grain.FACT, Grain.MASKED, Grain.FULL]
    for rule in POLICIES["recognition_rules"]:
        for usage in POLICIES["usage_rules"]:
            if (usage["type_code"], usage["matter_code"]) == (rule["type_code"], rule["matter_code"]):
                for name, grain in rule["required"].items():
                    assert order.index(Grain(usage["fields"][name])) >= order.index(Grain(grain))


def test_purpose_rules_are_sane() -> None:
    rules = POLICIES["purpose_rules"]
    assert {"测试", "test", "无", "123", "办事", "aaa"} <= set(rules["placeholders"])
    assert len(set(rules["placeholders"])) == len(rules["placeholders"])
    assert all(word == word.lower() for word in rules["placeholders"])
    assert 1 < rules["min_length"] < rules["max_length"] == 200
