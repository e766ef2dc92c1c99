"""Background work. Messages carry ids only; all of them may be lost, for the sweep finds due work again."""

from celery import shared_task
from django.utils import timezone

from certificates.services.finish_intents import finish_intents
from certificates.services.publish_revocation_lists import publish_revocation_lists
from certificates.services.refresh_status_lists import refresh_status_lists
from certificates.services.render_document import render_document as render_one_document
from certificates.services.renew_timestamps import renew_timestamps
from certificates.services.sweep_copies import sweep_copies
from certificates.services.sweep_documents import sweep_documents
from certificates.services.sweep_files import sweep_files as sweep_stored_files


@shared_task(name="certificates.render_document")  # type: ignore[untyped-decorator]  # the library publishes no types
def render_document(*, document_id: int, **kwargs: object) -> None:
    """This will make the file of one pending document."""
    render_one_document(document_id=document_id, at=timezone.now())


@shared_task(name="certificates.sweep")  # type: ignore[untyped-decorator]  # the library publishes no types
def sweep(**kwargs: object) -> None:
    """This will refresh status lists, finish open intents, remove ended copies' files, send lost document tasks again, renew
    archive timestamps and refresh revocation lists."""
    at = timezone.now()
    refresh_status_lists(at=at)
    finish_intents(at=at)
    sweep_copies(at=at)
    sweep_documents(at=at)
    renew_timestamps(at=at)
    publish_revocation_lists(at=at)  # last: a CA's key may be out of reach for long


@shared_task(name="certificates.sweep_files")  # type: ignore[untyped-decorator]  # the library publishes no types
def sweep_files(**kwargs: object) -> None:
    """This will remove stored files that no document names."""
    sweep_stored_files(at=timezone.now())
