"""Holders, found by a keyed index of their code and stored sealed."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from accounts.core.identity_codes import check_holder_code, holder_code_type
from accounts.models import Holder
from certificates.adapters.blind_index import blind_index
from certificates.adapters.field_cipher import seal
from certificates.adapters.key_vault import create_subject_key, discard_subject_key
from certificates.core.errors import IssueError
from certificates.core.sealed_places import holder_subject, place


def register_holder(*, kind: str, code_type: str, code: str, name: str, at: datetime) -> UUID:
    """This will give the holder of this code, made and committed now if there was none; the first name given stays.

    `kind` is "citizen" or "firm" and must fit the code type (GB/T 36903 Appendix A).
    Raises IdentityCodeError for a wrong code, IssueError `issue.holder_kind`.
    """
    check_holder_code(code_type=code_type, code=code)
    if kind != holder_kind(code_type=code_type):
        raise IssueError("issue.holder_kind", "the kind of holder does not fit the type of code")
    index = blind_index(purpose="holder-code", value=f"{code_type}:{code}")
    found = _find(code_type, index)
    return found if found is not None else _create(kind, code_type, index, code, name, at)


def holder_kind(*, code_type: str) -> str:
    """This will tell whether a code type is carried by citizens or by firms."""
    person = holder_code_type(code_type).holder_class.is_person
    return (Holder.Kind.CITIZEN if person else Holder.Kind.FIRM).value


def _find(code_type: str, index: bytes) -> UUID | None:
    return Holder.objects.filter(code_type=code_type, code_index=index).values_list("id", flat=True).first()


def _create(kind: str, code_type: str, index: bytes, code: str, name: str, at: datetime) -> UUID:
    holder_id = uuid4()
    subject = holder_subject(holder_id)
    create_subject_key(subject)
    try:
        with transaction.atomic():
            Holder.objects.create(
                id=holder_id,
                kind=kind,
                code_type=code_type,
                code_index=index,
                sealed_code=seal(code.encode(), subject=subject, place=place("Holder", holder_id, "sealed_code")),
                sealed_name=seal(name.encode(), subject=subject, place=place("Holder", holder_id, "sealed_name")),
                created_at=at,
            )
    except IntegrityError:
        # Another request registered the same holder in between.
        discard_subject_key(subject)
        found = _find(code_type, index)
        if found is None:
            raise
        return found
    return holder_id
