"""The node's rules for passwords, asked wherever one is set."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.core.errors import RecordError
from accounts.models import User


def require_good_password(*, password: str, user: User) -> None:
    """This will let a password pass that the node's rules accept; raises RecordError `user.password`."""
    try:
        validate_password(password, user)
    except ValidationError as refused:
        rules = ", ".join(sorted(str(error.code) for error in refused.error_list))
        # "from None": the validator's own exception may carry the password in its parameters.
        raise RecordError("user.password", f"the password is refused: {rules}") from None
