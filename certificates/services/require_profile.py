"""A node keeps the crypto profile it was made with: what it stored and signed is of that profile."""

from certificates.adapters.node_keys import STATEMENT_TYPES, node_purposes
from certificates.core.errors import IssueError
from certificates.models import NodeKey


def require_profile() -> None:
    """This will compare the profile of the settings with the suite of the node's oldest key whose suite tells the profile.

    The oldest alone decides: a later key of another suite must not shut the node out of its own profile.
    Raises CredentialError `key.profile` (no such profile), IssueError `issue.profile` (the node was made with another).
    """
    suites = node_purposes()
    oldest = NodeKey.objects.filter(purpose__in=STATEMENT_TYPES).order_by("pk").first()
    if oldest is not None and oldest.suite != suites[oldest.purpose]:
        raise IssueError("issue.profile", "the node was made with another crypto profile: HUZHENG_CRYPTO_PROFILE")
