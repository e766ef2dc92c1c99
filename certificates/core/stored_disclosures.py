"""The disclosures of a credential as bytes to seal, and back."""

from collections.abc import Mapping

from certificates.core.canonical import canonical_json, strict_json_loads
from certificates.core.grains import Grain
from certificates.core.sd_jwt_format import MAX_SD_JWT_CHARS, DisclosureKey


def pack_disclosures(disclosures: Mapping[DisclosureKey, str]) -> bytes:
    """This will write disclosures as a canonical JSON array of [field or fact, grain, text]."""
    return canonical_json([[key.field, key.grain.value, text] for key, text in disclosures.items()])


def unpack_disclosures(data: bytes) -> Mapping[DisclosureKey, str]:
    """This will read what `pack_disclosures` wrote; raises CanonicalError for anything else."""
    rows = strict_json_loads(data, max_bytes=16 * MAX_SD_JWT_CHARS)
    return {DisclosureKey(field, Grain(grain)): text for field, grain, text in rows}
