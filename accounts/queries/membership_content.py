"""What an administrator agrees to: a digest of a membership's content as it was shown."""

import hashlib
import json

from accounts.models import Membership


def membership_content(row: Membership) -> str:
    """This will give SHA-256, in hex, over who, for whom, as what, from when and to when."""
    to_date = row.to_date.isoformat() if row.to_date else None
    shown = [str(row.person_id), str(row.firm_id), row.capacity, row.from_date.isoformat(), to_date]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()
