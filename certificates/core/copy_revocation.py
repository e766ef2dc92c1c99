"""Why the agency that issued a licence may end a purpose copy that others had made: a closed list, which the holder reads in words."""

from typing import Final

from certificates.core.errors import CopyError

# Seen where it was not made for; used for something else; the holder asked the agency; made by somebody else in the holder's name.
COPY_REVOCATIONS: Final = ("leaked", "misused", "holder_request", "obtained_improperly")


def require_copy_reason(reason_code: str) -> None:
    """This will pass a known reason; raises CopyError `copy.reason`."""
    if reason_code not in COPY_REVOCATIONS:
        raise CopyError("copy.reason", "there is no such reason to revoke a copy")
