"""Granting the one-shot token of a signature, with the bytes it is for or, after a crash, for the same stored bytes."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from certificates.core.issue_token import NONCE_BYTES, Grantor, IssueToken, Output, token_for
from certificates.models import IssueIntent


def new_token(
    *, grantor: Grantor, row: int, kid: str, outputs: Mapping[Output, bytes], at: datetime
) -> tuple[IssueToken, dict[str, object]]:
    """This will make a token and give the columns that grant it; who writes them with the stored bytes grants it."""
    token = token_for(grantor=grantor, row=row, kid=kid, outputs=outputs, at=at, nonce=secrets.token_bytes(NONCE_BYTES))
    return token, {
        "token_digest": token.digest(),
        "token_expires_at": token.expires_at,
        "token_spent_at": None,
    }


def no_token_out(*, at: datetime) -> Q:
    """This will pick rows of whose last token nobody can still be signing: a crash left them, or it has expired."""
    return Q(token_expires_at__isnull=True) | Q(token_expires_at__lte=at)


def grant_issue_token(
    *, intent: IssueIntent, kid: str, outputs: Mapping[Output, bytes], at: datetime
) -> IssueToken | None:
    """This will commit a new token for a prepared intent's stored bytes; None while another one may be signing them.

    An older token is worth nothing from then on, spent or not.
    """
    token, columns = new_token(grantor=Grantor.INTENT, row=intent.pk, kid=kid, outputs=outputs, at=at)
    waiting = IssueIntent.objects.filter(pk=intent.pk, stage=IssueIntent.Stage.PREPARED)
    return token if waiting.filter(no_token_out(at=at)).update(**columns) else None
