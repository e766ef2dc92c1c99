"""The bytes to sign of a licence's statement, or of a copy's: made once, linted, and never without its lint."""

import base64
import secrets

from certificates.core.issue_lint import lint_issue
from certificates.core.issued_values import CredentialContent
from certificates.core.prepared_issue import PreparedIssue
from certificates.core.sd_jwt import prepare
from certificates.core.sd_jwt_format import CredentialClaims
from certificates.core.seal_code import SealContent
from certificates.core.status_list import StatusReference
from certificates.models import IssuerKey


def prepared_statement(
    *,
    content: CredentialContent,
    claims: CredentialClaims,
    seal: SealContent,
    seal_status: StatusReference,
    key: IssuerKey,
) -> PreparedIssue:
    """This will give the linted bytes to sign of credential and printed code; `seal_status` is the reserved entry of the code.

    Raises IssueError `issue.lint.*`, CredentialError.
    """
    credential = prepare(
        values=content.values,
        masked=content.masked,
        facts=content.facts,
        totals=content.totals,
        claims=claims,
        x5c=tuple(base64.b64decode(der) for der in key.chain_der),
        signer=key,
        random=secrets.token_bytes,
    )
    prepared = PreparedIssue(
        kid=key.kid,
        iat=claims.iat,
        signing_input=credential.signing_input,
        disclosures=credential.disclosures,
        seal=seal,
    )
    lint_issue(prepared, key=key, claims=claims, content=content, seal_status=seal_status)
    return prepared
