"""The picture behind a photo's field: shown where the verified statement signs exactly this picture, in full, and nowhere else."""

from collections.abc import Mapping

from certificates.core.grains import Grain
from certificates.core.licence_type_model import LicenceTypeDefinition
from certificates.core.photos import MAX_PHOTO_BYTES, photo_field, photo_value
from certificates.core.sd_jwt_format import Shown

_JPEG = b"\xff\xd8\xff"  # nothing else is ever handed to a browser as a photo


def shows_photo(grains: Mapping[str, Grain], *, definition: LicenceTypeDefinition) -> bool:
    """This will tell whether grains of a licence let its photo be seen."""
    field = photo_field(definition)
    return field is not None and grains.get(field.name) is Grain.FULL


def shown_photo(
    picture: bytes | None, *, definition: LicenceTypeDefinition | None, shown: Mapping[str, Shown]
) -> dict[str, bytes]:
    """This will give the picture (JPEG) by its field's name, empty where `shown` does not sign it in full, or it is too large to travel."""
    field = None if definition is None else photo_field(definition)
    signed = None if field is None else shown.get(field.name)
    if field is None or signed is None or signed.grain is not Grain.FULL or picture is None:
        return {}
    if len(picture) > MAX_PHOTO_BYTES or not picture.startswith(_JPEG) or signed.value != photo_value(picture):
        return {}
    return {field.name: picture}
