"""One holder for one code, found without the code being stored."""

import pytest

from accounts.core.errors import IdentityCodeError
from accounts.models import Holder
from certificates.adapters.field_cipher import decrypt
from certificates.core.errors import IssueError
from certificates.services.register_holder import register_holder
from tests.integration.factories import AT, Node, make_node
from tests.integration.threads import at_once

CODE = "330106198805123013"


def register(name: str = "张䶮", code: str = CODE, kind: str = "citizen", code_type: str = "111") -> object:
    return register_holder(kind=kind, code_type=code_type, code=code, name=name, at=AT)


@pytest.mark.django_db
def test_finds_a_holder_again_and_keeps_the_first_name(node: Node) -> None:
    first = register()
    assert register("另名") == first

    row = Holder.objects.get()
    subject = f"holder-{row.pk}"
    assert decrypt(row.sealed_name, subject=subject, place=f"Holder:{row.pk}:sealed_name").decode() == "张䶮"
    assert decrypt(row.sealed_code, subject=subject, place=f"Holder:{row.pk}:sealed_code").decode() == CODE


@pytest.mark.django_db
def test_refuses_a_wrong_code_and_a_kind_that_does_not_fit(node: Node) -> None:
    with pytest.raises(IdentityCodeError):
        register(code="330106198805123014")
    with pytest.raises(IssueError) as refused:
        register(kind="firm")
    assert refused.value.code == "issue.holder_kind"


@pytest.mark.django_db(transaction=True)
def test_registered_by_ten_at_once_is_one_holder_with_one_key(node_folder: object) -> None:
    make_node()

    found = at_once(10, lambda _: register())

    assert len(set(found)) == 1, found
    row = Holder.objects.get()
    assert decrypt(row.sealed_code, subject=f"holder-{row.pk}", place=f"Holder:{row.pk}:sealed_code").decode() == CODE
