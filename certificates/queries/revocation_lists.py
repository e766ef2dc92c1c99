"""The newest list of revoked X.509 certificates of each CA of this region."""

from certificates.models import RegionCa


def newest_revocation_list(*, ca_kid: str) -> bytes | None:
    """This will give the newest list (DER) of a CA, or None where there is no such CA or no list yet."""
    der = RegionCa.objects.filter(kid=ca_kid).values_list("crl_der", flat=True).first()
    return None if der is None else bytes(der)


def newest_revocation_lists() -> tuple[bytes, ...]:
    """This will give the newest list (DER) of every CA that has one, in the order in which the CAs were made."""
    lists = RegionCa.objects.order_by("pk").values_list("crl_der", flat=True)
    return tuple(bytes(der) for der in lists if der is not None)
