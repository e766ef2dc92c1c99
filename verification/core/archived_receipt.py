"""A receipt made into a file for an archive: what it carries, and whether what it says is what the log's entry commits to."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from certificates.core.canonical import canonical_json, strict_json_loads
from certificates.core.errors import CanonicalError, X509Error
from certificates.core.x509_profile import require_archive_profile
from certificates.core.x509_read import read_certificate
from certificates.core.x509_subject import read_subject
from verification.core.archive_kinds import WITHOUT_VERDICT
from verification.core.lookup_entry import LookupEntry, Opening, open_commitment
from verification.core.lookup_members import Member
from verification.core.trust_list import TrustedRegion
from verification.core.x509_path import is_of_region

_TELLING: Final = frozenset({Member.VERDICT, Member.REFUSAL, Member.STATUS_LIST})
MAX_OPENINGS_BYTES: Final = 512 * 1024  # one answer's values, photos left out


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedReceipt:
    """This will hold what a file says of a look-up beside the receipt: `openings` in the form of `pack_openings`, the signer's
    X.509 certificate (DER), whether its path leads to a CA of the trust list, and the text of the pages.
    """

    openings: bytes = field(repr=False)
    signer_leaf: bytes = field(repr=False)
    signer_trusted: bool
    printed: str | None = field(repr=False)


def pack_openings(openings: Mapping[str, Opening]) -> bytes:
    """This will write members with their salts as canonical JSON: `{name: [salt, value]}`."""
    return canonical_json({name: [opening.salt, opening.value] for name, opening in openings.items()})


def judge_archive(archive: ArchivedReceipt, *, entry: LookupEntry, region: TrustedRegion | None) -> str | None:
    """This will give the code of what speaks against the file, or None: it must be signed by a node of the receipt's own region
    under the certificate for such files, from a CA of that region; each member it opens must be one that the entry commits to, and
    each text among them must stand on its pages. A verdict or refusal must be among them, but for looks of kinds that tell none:
    those name their kind.
    """
    if region is None or not archive.signer_trusted or not _is_archives_own(archive.signer_leaf, region):
        return "receipt.archive_signer"
    try:
        told = strict_json_loads(archive.openings, max_bytes=MAX_OPENINGS_BYTES)
        openings = {name: Opening(salt=salt, value=value) for name, (salt, value) in told.items()}
    except (CanonicalError, AttributeError, TypeError, ValueError):
        return "receipt.archive_differs"
    says_what = not _TELLING.isdisjoint(openings)
    if not says_what and entry.kind not in WITHOUT_VERDICT:
        return "receipt.archive_differs"
    if not all(open_commitment(entry, name, opening) for name, opening in openings.items()):
        return "receipt.archive_differs"
    printed = _bare(archive.printed or "")
    texts = [text for opening in openings.values() for text in _texts(opening.value)]
    texts += [] if says_what else [entry.kind.value]
    return None if all(_bare(text) in printed for text in texts) else "receipt.archive_differs"


def _is_archives_own(leaf_der: bytes, region: TrustedRegion) -> bool:
    try:
        leaf = read_certificate(leaf_der)
        require_archive_profile(leaf)
    except X509Error:
        return False
    subject = read_subject(leaf.subject)
    is_named = subject is not None and subject.region_code == region.code and subject.agency_uscc is None
    return is_named and is_of_region(leaf_der, region=region)


def _texts(value: Any) -> list[str]:
    """Plain texts and lists of them are printed as they are; of the verdict, which is worded, its outcome and the checks' codes."""
    if value is True:  # a fact is signed only when it is true: its title says it
        return []
    if isinstance(value, dict):
        return [str(value.get("outcome", "")).upper(), *(str(check[2]) for check in value.get("checks", ()))]
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _bare(text: str) -> str:
    """Lines break where the page ends: blanks say nothing."""
    return "".join(unicodedata.normalize("NFC", text).split())
