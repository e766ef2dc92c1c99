"""Nothing is signed under an X.509 certificate that is not valid at that moment: no verifier would take it."""

import base64
from datetime import datetime

from certificates.core.errors import IssueError
from certificates.core.x509_read import read_certificate
from certificates.models import IssuerKey


def require_key_in_force(*, key: IssuerKey, at: datetime) -> None:
    """This will return if the agency's X.509 certificate is valid at `at`. Raises IssueError `issue.key_expired`."""
    if not read_certificate(base64.b64decode(key.chain_der[0])).in_force(at):
        raise IssueError("issue.key_expired", "the X.509 certificate of the agency's key is not valid now")
