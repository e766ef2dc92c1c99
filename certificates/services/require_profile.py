"""A node keeps the crypto profile it was made with: what it stored and signed is of that profile."""

from certificates.adapters.node_keys import node_purposes
from certificates.core.errors import IssueError
from certificates.models import NodeKey


def require_profile() -> None:
    """This will compare the profile of the settings with the suites of the node's stored keys.

    Raises CredentialError `key.profile` (no such profile), IssueError `issue.profile` (the node was made with another).
    """
    for purpose, suite in node_purposes().items():
        if NodeKey.objects.filter(purpose=purpose).exclude(suite=suite).exists():
            raise IssueError("issue.profile", "the node was made with another crypto profile: HUZHENG_CRYPTO_PROFILE")
