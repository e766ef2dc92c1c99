"""The names of an entry's members: all fit the entry's grammar, and a holder's list opens no value and no officer's name."""

import re

from verification.core.lookup_entry import field_member
from verification.core.lookup_members import Member, for_holders, shown_field

GRAMMAR = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){0,2}")


def test_every_name_fits_the_grammar_of_entries_and_is_no_fields() -> None:
    for member in Member:
        assert GRAMMAR.fullmatch(member.value)
        assert shown_field(member) is None


def test_a_fields_member_is_read_back() -> None:
    shown = shown_field(field_member(name="citizen_id", grain="masked"))
    assert shown == ("citizen_id", "masked")


def test_holders_open_neither_values_nor_the_name_of_an_officer() -> None:
    members = {member.value: member.value for member in Member} | {field_member(name="citizen_id", grain="full"): "x"}
    opened = dict(for_holders(members))
    assert set(members) - set(opened) == {"caller", "operator.name", "field.citizen_id.full"}
