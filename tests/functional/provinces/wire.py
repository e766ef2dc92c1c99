"""Everything that the tests' own clients saw on the wire, so that it can be searched afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; the answer's body only where it is an error or a page."""

    method: str
    url: str
    status: int
    content_type: str
    location: str
    body: bytes = field(repr=False)

    @property
    def is_error(self) -> bool:
        """Any status from 400."""
        return self.status >= 400


@contextmanager
def recorded_wire() -> Iterator[list[Exchange]]:
    """This will list every exchange made with `requests` in this process, redirects included."""
    seen: list[Exchange] = []
    send = requests.Session.send

    def recording(self: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        answer = send(self, request, **kwargs)
        seen.append(
            Exchange(
                method=str(request.method),
                url=str(request.url),
                status=answer.status_code,
                content_type=answer.headers.get("Content-Type", ""),
                location=answer.headers.get("Location", ""),
                # A streamed body is its asker's to read: reading it here would leave nothing.
                body=answer.content if answer.status_code >= 400 and not kwargs.get("stream") else b"",
            )
        )
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "send", recording)
        yield seen
