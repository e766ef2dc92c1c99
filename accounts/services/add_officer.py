"""An agency's administrator opens an account for a colleague."""

from accounts.core.caller import Caller
from accounts.core.errors import NotPermitted, RecordError
from accounts.core.permissions import Action, Role, require
from accounts.queries.agency_people import roles_of_agency
from accounts.services.create_user import create_user


def add_officer(
    *, caller: Caller, username: str, password: str, role: Role, staff_number: str, post: str, unit: str
) -> int:
    """This will commit an account in the caller's own agency and give its row's number.

    Its owner must choose another password first of all. Only an agency that issues has issuing officers, only one that
    relies has counter officers; another administrator is opened on the machine only.
    Raises NotPermitted, RecordError `user.role` and what `create_user` raises.
    """
    require(caller, Action.MANAGE_AGENCY)
    if caller.agency_uscc is None:
        raise NotPermitted
    if role not in roles_of_agency(uscc=caller.agency_uscc):
        raise RecordError("user.role", "the agency has no officers of this role")
    return create_user(
        username=username,
        password=password,
        role=role,
        agency_uscc=caller.agency_uscc,
        staff_number=staff_number,
        post=post,
        unit=unit,
        must_change_password=True,
    )
