"""What takes two people: one proposes, another one agrees. An account is not a person; the staff number tells people apart."""

from dataclasses import dataclass

from accounts.core.errors import NotPermitted


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreeing:
    """This will hold one of the two: their account, staff number, and whether they may still act as an administrator."""

    account: int
    staff_number: str
    may_act: bool


def check_two_people(*, proposed_by: Agreeing, agreed_by: Agreeing) -> None:
    """This will return only for two different people who may both still act.

    Raises NotPermitted `four_eyes.administrator|staff_number|same_person`.
    """
    if not (proposed_by.may_act and agreed_by.may_act):
        raise NotPermitted("four_eyes.administrator", "both must be active administrators now")
    if not (proposed_by.staff_number and agreed_by.staff_number):
        raise NotPermitted("four_eyes.staff_number", "both accounts must bear a staff number")
    if proposed_by.account == agreed_by.account or proposed_by.staff_number == agreed_by.staff_number:
        raise NotPermitted("four_eyes.same_person", "nobody agrees to their own proposal")
