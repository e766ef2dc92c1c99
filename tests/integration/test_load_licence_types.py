"""Types are versioned data: old versions stay, content never changes under a version."""

import pytest

from certificates.core.errors import LicenceTypeError
from certificates.models import LicenceType
from certificates.queries.licence_types import licence_type_definition, licence_types
from certificates.services.load_licence_types import load_licence_types
from tests.integration.factories import AT, CONSTRUCTOR, FOOD, REAL_ESTATE, TEMPLATES, type_data


def versioned(version: int, **changes: object) -> dict[str, object]:
    return type_data(FOOD) | {"version": version, "vct": f"urn:huzheng:licence-type:{FOOD}:{version}"} | changes


@pytest.mark.django_db
def test_loads_types_and_loading_again_changes_nothing() -> None:
    definitions = [type_data(code) for code in (CONSTRUCTOR, REAL_ESTATE, FOOD)]

    assert load_licence_types(definitions=definitions, templates=TEMPLATES, at=AT) == (
        f"{CONSTRUCTOR} v1",
        f"{REAL_ESTATE} v1",
        f"{FOOD} v1",
    )
    assert load_licence_types(definitions=definitions, templates=TEMPLATES, at=AT) == ()
    assert [known.definition.code for known in licence_types()] == sorted((CONSTRUCTOR, REAL_ESTATE, FOOD))


@pytest.mark.django_db
def test_a_new_version_becomes_current_and_the_old_one_stays() -> None:
    load_licence_types(definitions=[versioned(1)], templates=TEMPLATES, at=AT)
    load_licence_types(definitions=[versioned(2, title_zh="食品经营许可证（新）")], templates=TEMPLATES, at=AT)

    assert licence_type_definition(code=FOOD).title_zh == "食品经营许可证（新）"
    assert licence_type_definition(code=FOOD, version=1).title_zh == "食品经营许可证"
    assert load_licence_types(definitions=[versioned(1)], templates=TEMPLATES, at=AT) == ()
    assert LicenceType.objects.get(is_current=True).version == 2


@pytest.mark.django_db
@pytest.mark.parametrize("version", [1, 2])
def test_refuses_changed_content_under_a_used_or_lower_version(version: int) -> None:
    load_licence_types(definitions=[versioned(1), versioned(3)], templates=TEMPLATES, at=AT)

    with pytest.raises(LicenceTypeError) as refused:
        load_licence_types(definitions=[versioned(version, title_zh="别名")], templates=TEMPLATES, at=AT)

    assert refused.value.code == "licence_type.changed"


@pytest.mark.django_db
def test_loads_all_or_nothing() -> None:
    broken = type_data(CONSTRUCTOR)
    del broken["fields"][0]["sensitivity"]

    with pytest.raises(LicenceTypeError):
        load_licence_types(definitions=[type_data(FOOD), broken], templates=TEMPLATES, at=AT)

    assert not LicenceType.objects.exists()


@pytest.mark.django_db
def test_refuses_an_unknown_type() -> None:
    with pytest.raises(LicenceTypeError) as refused:
        licence_type_definition(code=FOOD)
    assert refused.value.code == "licence_type.unknown"


TEMPLATE = '#import "/huzheng.typ": *\n#show: sheet\n#title()\n'


def with_template(version: int) -> dict[str, object]:
    data = versioned(version)
    data["layout"] = {**data["layout"], "template": "food-business.v1.typ"}  # type: ignore[dict-item]
    return data


@pytest.mark.django_db
def test_keeps_the_template_with_its_version() -> None:
    load_licence_types(definitions=[with_template(1)], templates={"food-business.v1.typ": TEMPLATE}, at=AT)
    assert LicenceType.objects.get().template == TEMPLATE


@pytest.mark.django_db
def test_refuses_another_template_under_a_used_version() -> None:
    load_licence_types(definitions=[with_template(1)], templates={"food-business.v1.typ": TEMPLATE}, at=AT)
    with pytest.raises(LicenceTypeError) as refused:
        load_licence_types(
            definitions=[with_template(1)], templates={"food-business.v1.typ": TEMPLATE + "#v(1mm)"}, at=AT
        )
    assert refused.value.code == "licence_type.changed"
    assert LicenceType.objects.get().template == TEMPLATE


@pytest.mark.django_db
@pytest.mark.parametrize(
    "templates",
    [
        {},
        {"food-business.v1.typ": TEMPLATE + '#include "/generic.typ"'},
        {"food-business.v1.typ": TEMPLATE + "#no-such-part()"},
        {"food-business.v1.typ": TEMPLATE + "#text("},
    ],
)
def test_refuses_a_template_that_is_missing_reaches_further_or_cannot_be_typeset(templates: dict[str, str]) -> None:
    with pytest.raises(LicenceTypeError) as refused:
        load_licence_types(definitions=[with_template(1)], templates=templates, at=AT)
    assert refused.value.code == "licence_type.template"
    assert not LicenceType.objects.exists()
