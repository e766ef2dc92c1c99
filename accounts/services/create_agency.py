"""Entering an issuing or relying body."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.core.errors import RecordError
from accounts.core.organisation_codes import check_uscc
from accounts.core.regions import region
from accounts.models import Agency


def create_agency(
    *,
    uscc: str,
    name_zh: str,
    name_en: str,
    region_code: str,
    issues: bool = False,
    relies: bool = True,
    seal_number: str = "",
) -> int:
    """This will commit a new agency and give its row's number.

    Raises IdentityCodeError (`identity.uscc.*`, `identity.region.unknown`), RecordError `agency.exists|agency.invalid`.
    """
    check_uscc(uscc)
    region(region_code)
    if Agency.objects.filter(uscc=uscc).exists():
        raise RecordError("agency.exists", "an agency of this code is entered already")
    agency = Agency(
        uscc=uscc,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        region_code=region_code,
        issues=issues,
        relies=relies,
        seal_number=seal_number,
    )
    try:
        agency.full_clean()
        with transaction.atomic():
            agency.save(force_insert=True)
    except ValidationError as refused:
        raise RecordError("agency.invalid", f"not acceptable: {', '.join(sorted(refused.message_dict))}") from None
    except IntegrityError:
        raise RecordError("agency.exists", "an agency of this code is entered already") from None
    return agency.pk
