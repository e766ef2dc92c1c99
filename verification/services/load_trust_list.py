"""Take a newer trust list into use."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from verification.adapters.mark_files import write_mark
from verification.core.errors import TrustListError
from verification.core.trust_list import load_trust_list as verify_trust_list
from verification.core.trust_list_mark import TrustListMark, mark_of
from verification.models import LoadedTrustList
from verification.queries.current_trust_list import trust_list_mark
from verification.queries.marks import TRUST_LIST


def load_trust_list(*, document: bytes, at: datetime) -> int:
    """This will verify the file against the pinned anchor, commit it, and give its version; loading the same one again changes nothing.

    The version and its digest are then kept outside of the database, too, so that no row can bring an older list back.
    Raises TrustListError as `verification.core.trust_list.load_trust_list` does; `trust_list.older` for a version below one accepted
    before, `trust_list.conflict` for another file of the same version.
    """
    seen = trust_list_mark()
    with transaction.atomic():
        newest = LoadedTrustList.objects.order_by("-version").first()
        versions = [*([newest.version] if newest else []), *([seen.version] if seen else [])]
        loaded = verify_trust_list(
            document,
            anchor_fingerprint=settings.NODE.anchor_fingerprint,
            at=at,
            seen_version=max(versions, default=None),
        )
        mark = mark_of(version=loaded.version, document=document)
        _require_no_other(newest, seen, mark, document.decode())
        if newest is None or newest.version != loaded.version:
            LoadedTrustList.objects.create(
                version=loaded.version, document=document.decode(), expires_at=loaded.expires_at, loaded_at=at
            )
    write_mark(TRUST_LIST, mark.as_bytes())  # after the commit: a crash before leaves a mark that is merely old
    return loaded.version


def _require_no_other(
    newest: LoadedTrustList | None, seen: TrustListMark | None, mark: TrustListMark, text: str
) -> None:
    is_other = newest is not None and newest.version == mark.version and newest.document != text
    if is_other or (seen is not None and seen.version == mark.version and seen != mark):
        raise TrustListError("trust_list.conflict", "another trust list of this version was accepted before")
