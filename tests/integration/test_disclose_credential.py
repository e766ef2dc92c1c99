"""A credential is cut to the grains asked for, and to nothing more."""

from uuid import UUID, uuid4

import pytest

from certificates.core.errors import IssueError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_verify import verify_credential
from certificates.models import IssuerKey
from certificates.services.disclose_credential import disclose_credential
from certificates.services.sign_certificate import trusted_key
from tests.integration.factories import Node


@pytest.mark.django_db
def test_shows_each_field_at_the_grain_asked_for(node: Node, issued: UUID) -> None:
    grains = {
        "holder_name": Grain.MASKED,
        "holder_code": Grain.MASKED,
        "employer": Grain.FULL,
        "sex": Grain.WITHHELD,
    }

    disclosed = disclose_credential(certificate_id=issued, grains=grains)

    shown = verify_credential(disclosed.sd_jwt, key=trusted_key(IssuerKey.objects.get(use="credential"))).shown
    assert shown["holder_name"].value == "张**"
    assert shown["employer"].value == "浙江互证建设有限公司"
    assert "330106198805123013" not in str(shown)
    assert set(shown) == {"holder_name", "holder_code", "employer"}
    assert dict(disclosed.offered) == {name: grain for name, grain in grains.items() if name != "sex"}
    assert "张" not in repr(disclosed)


@pytest.mark.django_db
def test_a_fact_is_shown_by_its_own_name_beside_its_masked_field(node: Node, issued: UUID) -> None:
    (name,) = disclose_credential(certificate_id=issued, grains={"holder_code": Grain.FACT}).facts
    grains = {"holder_code": Grain.MASKED, name: Grain.FACT}

    disclosed = disclose_credential(certificate_id=issued, grains=grains)

    shown = verify_credential(disclosed.sd_jwt, key=trusted_key(IssuerKey.objects.get(use="credential"))).shown
    assert shown[name].value is True
    assert str(shown["holder_code"].value).count("*") > 10
    assert dict(disclosed.offered) == grains


@pytest.mark.django_db
def test_what_the_licence_does_not_have_is_not_offered(node: Node, issued: UUID) -> None:
    disclosed = disclose_credential(certificate_id=issued, grains={"shoe_size": Grain.FULL, "sex": Grain.MASKED})

    assert dict(disclosed.offered) == {}


@pytest.mark.django_db
def test_refuses_a_certificate_that_does_not_exist(node: Node) -> None:
    with pytest.raises(IssueError) as refused:
        disclose_credential(certificate_id=uuid4(), grains={})
    assert refused.value.code == "issue.unknown"
