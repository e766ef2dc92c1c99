"""Let the owner of a licence sign in: found by the own code, admitted by a one-time password."""

from accounts.core.errors import RecordError
from accounts.core.identity_codes import check_holder_code
from accounts.models import Holder
from accounts.services.admit_holder import admit_holder
from certificates.adapters.blind_index import blind_index


def open_holder_account(*, code_type: str, code: str, username: str) -> str:
    """This will open, or open again, the account of the holder of this code, and give the one-time password to hand over.

    Raises IdentityCodeError for a wrong code, RecordError `user.holder` where no licence names its owner, or as `admit_holder`.
    """
    check_holder_code(code_type=code_type, code=code)
    index = blind_index(purpose="holder-code", value=f"{code_type}:{code}")
    holder = Holder.objects.filter(code_type=code_type, code_index=index).first()
    if holder is None:
        raise RecordError("user.holder", "there is no such holder")
    return admit_holder(holder_id=holder.pk, username=username)
