"""Settings of another node over this one's folder or database would make keys that nobody can use, and spoil the node."""

from certificates.services.require_profile import require_profile
from certificates.services.require_region import require_region


def require_same_node() -> None:
    """This will refuse settings that name another crypto profile or region than the node was made with.

    Raises CredentialError `key.profile`, IssueError `issue.profile|region`, X509Error.
    """
    require_profile()
    require_region()
