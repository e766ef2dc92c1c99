"""Opening an account for an officer, a holder, an administrator or an auditor."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.core.errors import RecordError
from accounts.core.permissions import Role
from accounts.models import OFFICER_ROLES, Agency, Holder, User
from accounts.services.require_good_password import require_good_password

# Who may open the administration pages; what each sees there is decided by role, page by page.
STAFF_ROLES = (Role.NODE_ADMIN, Role.AUDITOR)


def create_user(
    *,
    username: str,
    password: str,
    role: Role,
    agency_uscc: str | None = None,
    holder_id: UUID | None = None,
    staff_number: str = "",
    post: str = "",
    unit: str = "",
    must_change_password: bool = False,
) -> int:
    """This will commit a new account and give its row's number; the password must pass the node's rules.

    With `must_change_password` the account opens nothing but the page where its owner chooses another one.
    Officers belong to one active agency, a holder's account to one holder, administrators and auditors to neither.
    Raises RecordError `user.role|user.agency|user.holder|user.password|user.exists|user.invalid`.
    """
    _check_belonging(role, agency_uscc, holder_id)
    user = User(
        username=username,
        role=role,
        agency=_agency(agency_uscc),
        holder=_holder(holder_id),
        staff_number=staff_number,
        post=post,
        unit=unit,
        must_change_password=must_change_password,
        is_staff=role in STAFF_ROLES,
    )
    require_good_password(password=password, user=user)
    user.set_password(password)
    if User.objects.filter(username=username).exists():
        raise RecordError("user.exists", "the user name is taken")
    try:
        user.full_clean()
        with transaction.atomic():
            user.save(force_insert=True)
    except ValidationError as refused:
        raise RecordError("user.invalid", f"not acceptable: {', '.join(sorted(refused.message_dict))}") from None
    except IntegrityError:
        raise RecordError("user.exists", "the user name is taken") from None
    return user.pk


def _check_belonging(role: Role, agency_uscc: str | None, holder_id: UUID | None) -> None:
    if role is Role.AGENCY_SYSTEM:
        raise RecordError("user.role", "an agency's system has no account: it is registered with its key")
    if (agency_uscc is not None) != (role in OFFICER_ROLES):
        raise RecordError("user.agency", "officers belong to an agency, and nobody else does")
    if (holder_id is not None) != (role is Role.HOLDER):
        raise RecordError("user.holder", "a holder's account belongs to a holder, and no other account does")


def _agency(uscc: str | None) -> Agency | None:
    if uscc is None:
        return None
    agency = Agency.objects.filter(uscc=uscc, is_active=True).first()
    if agency is None:
        raise RecordError("user.agency", "no active agency has this code")
    return agency


def _holder(holder_id: UUID | None) -> Holder | None:
    if holder_id is None:
        return None
    holder = Holder.objects.filter(pk=holder_id).first()
    if holder is None:
        raise RecordError("user.holder", "there is no such holder")
    if User.objects.filter(holder=holder).exists():
        raise RecordError("user.holder", "the holder has an account")
    return holder
