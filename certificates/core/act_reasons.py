"""Why an act may be done to an issued certificate: a closed list, so that who counts or reads reasons need not guess.

The law keeps three ends apart that all revoke (行政许可法 69 and 70, 行政处罚法 9): taken back because it should never have been given
(撤销: `issued_in_error`, `obtained_improperly`, `key_compromised`), taken away as a penalty (吊销: `penalty`), and crossed out because its
time is over (注销: `holder_request`, `holder_ceased`).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from certificates.core.certificate_states import Act
from certificates.core.errors import IssueError

REASONS: Final[Mapping[Act, tuple[str, ...]]] = MappingProxyType(
    {
        Act.SUSPEND: ("investigation", "inspection_failed", "penalty", "holder_request"),
        Act.REINSTATE: ("cleared", "rectified", "period_ended"),
        Act.REVOKE: (
            "penalty",
            "holder_request",
            "issued_in_error",
            "obtained_improperly",
            "holder_ceased",
            "key_compromised",
        ),
        Act.SUPERSEDE: ("corrected",),
    }
)
# Many licences fall at once for what lies with the agency, or by one decision; a holder asks for the own one.
MASS_REASONS: Final = ("issued_in_error", "key_compromised", "penalty")


def require_reason(*, act: Act, reason_code: str) -> None:
    """This will pass a reason that the act knows; raises IssueError `issue.reason`."""
    if reason_code not in REASONS[act]:
        raise IssueError("issue.reason", "the act knows no such reason")
