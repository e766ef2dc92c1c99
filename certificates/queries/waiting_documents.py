"""Whether what documents wait for was out of reach a moment ago, so that not every new one has to find that out for itself."""

from datetime import datetime, timedelta

from certificates.models import Document

_LATELY = timedelta(seconds=90)  # longer than the sweep takes to send a waiting document again


def waited_in_vain(*, at: datetime) -> bool:
    """This will tell whether a signed document was tried lately and still waits: one that says what it waits for."""
    tried = Document.objects.filter(state=Document.State.WAITING, nudged_at__gt=at - _LATELY)
    return tried.exclude(held_code="").exists()
