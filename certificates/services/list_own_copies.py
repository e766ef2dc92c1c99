"""The purpose copies of a holder's licences, whoever had them made."""

from datetime import datetime

from accounts.core.caller import Caller
from accounts.core.errors import NotPermitted
from accounts.core.permissions import Action, require
from certificates.core.facts import shanghai_date
from certificates.models import CertificateHolder
from certificates.queries.holdings import acting_for
from certificates.services.copy_lines import CopyLine, copy_lines, copy_rows


def list_own_copies(*, caller: Caller, at: datetime) -> tuple[CopyLine, ...]:
    """This will list the copies of the holder's licences, and of firms the holder acts for, newest first; it writes nothing.

    Those that an agency made are among them. Raises NotPermitted for anyone but a holder.
    """
    require(caller, Action.SEE_OWN)
    if caller.holder_id is None:
        raise NotPermitted
    owners = acting_for(holder_id=caller.holder_id, on=shanghai_date(at))
    owned = CertificateHolder.objects.filter(holder__in=owners).values("certificate")
    return copy_lines(rows=copy_rows().filter(certificate__in=owned), caller=caller, at=at)
