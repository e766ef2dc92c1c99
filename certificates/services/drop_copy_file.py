"""Removing a purpose copy's file and what was kept to make it; its number, mark and look-up stay, so that a leak is still traced."""

from certificates.adapters.document_store import drop_file
from certificates.models import Document, PurposeCopy


def drop_copy_file(*, copy_id: int, code: str) -> None:
    """This will hold the copy's document with `code`, forget its statement, and remove the file.

    Safe to run twice: the row forgets the file's name only in the same commit as everything else, the file goes last.
    """
    documents = Document.objects.filter(copy=copy_id)
    names = tuple(documents.exclude(stored_name="").values_list("stored_name", flat=True))
    documents.update(
        state=Document.State.HELD, held_code=code, sealed_draft=None, sealed_signed=None, token_digest=None
    )
    PurposeCopy.objects.filter(pk=copy_id).update(
        sealed_bytes=None, token_digest=None, sealed_credential=None, sealed_seal_code=None
    )
    for name in names:
        drop_file(name)
    # Last, so that a crash before leaves a name by which the sweep finds the file again.
    documents.filter(stored_name__in=names).update(stored_name="", digest="")
