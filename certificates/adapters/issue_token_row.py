"""Spending a token in the row that it was granted for: one conditional statement, of which of any number at once one takes effect."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import connection

from certificates.core.errors import IssueError
from certificates.core.issue_token import Grantor, IssueToken

# The key's handle spends by itself, so that nobody can hand it a way of spending that always says yes.
# The row must still be waiting for this signature: bytes stored and not yet signed, or a document not yet made.
_TABLES: Mapping[Grantor, tuple[str, str]] = MappingProxyType(
    {
        Grantor.INTENT: ("certificates_issueintent", "stage = 'prepared' AND sealed_bytes IS NOT NULL"),
        Grantor.DOCUMENT: ("certificates_document", "state = 'pending' AND sealed_draft IS NOT NULL"),
        Grantor.COPY: ("certificates_purposecopy", "stage = 'prepared' AND sealed_bytes IS NOT NULL"),
    }
)


def spend_token(token: IssueToken, *, at: datetime) -> None:
    """This will commit that the token is used, before the signature is made.

    Inside a transaction a rollback would make the token good again: it is refused there. Raises IssueError
    `issue.token_transaction|token_spent|token_unknown` (never granted, replaced by a later one, or its row waits no more).
    """
    # Django's own rule for durable blocks: the transaction around a test does not count.
    if connection.in_atomic_block and not getattr(connection.atomic_blocks[-1], "_from_testcase", False):
        raise IssueError("issue.token_transaction", "a token is spent outside of any transaction")
    table, waiting = _TABLES[token.grantor]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET token_spent_at = %s "  # noqa: S608  # names from the table above
            f"WHERE id = %s AND token_digest = %s AND token_spent_at IS NULL AND {waiting}",
            [connection.ops.adapt_datetimefield_value(at), token.row, token.digest()],
        )
        if cursor.rowcount == 1:
            return
        cursor.execute(
            f"SELECT token_spent_at FROM {table} WHERE id = %s AND token_digest = %s",  # noqa: S608  # as above
            [token.row, token.digest()],
        )
        row = cursor.fetchone()
    if row is not None and row[0] is not None:
        raise IssueError("issue.token_spent", "the token was used before")
    raise IssueError("issue.token_unknown", "the row holds no such token, or waits for no signature")
