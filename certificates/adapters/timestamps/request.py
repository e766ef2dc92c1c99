"""One HTTP exchange with a timestamp authority: a deadline over all, a small answer, no redirect, nothing from the environment."""

import time

import requests
from urllib3.exceptions import HTTPError

from certificates.adapters.patient_session import patient_session, read_in_time
from certificates.core.errors import TimestampError


def exchange(
    *,
    method: str,
    url: str,
    body: bytes = b"",
    sent: str = "",
    wanted: str = "",
    timeout_seconds: float,
    max_bytes: int,
) -> bytes:
    """This will send `body` of media type `sent`, and give the answer's body, of media type `wanted` where one is named.

    Raises TimestampError `timestamp.unreachable` (also a time-out), `timestamp.answer` (a redirect, another status or media type,
    longer than `max_bytes`, or of no stated length).
    """
    headers = {"Accept-Encoding": "identity"} | ({"Content-Type": sent} if sent else {})
    deadline = time.monotonic() + timeout_seconds
    with patient_session(deadline=deadline) as session:
        try:
            with session.request(
                method,
                url,
                data=body or None,
                headers=headers,
                timeout=timeout_seconds,
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != requests.codes.ok:
                    raise TimestampError(
                        "timestamp.answer", "the timestamp authority answers with another status than 200"
                    )
                if wanted and response.headers.get("Content-Type", "").split(";")[0].strip() != wanted:
                    raise TimestampError("timestamp.answer", "the timestamp authority answers in another media type")
                content = read_in_time(response, deadline=deadline, max_bytes=max_bytes)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise TimestampError("timestamp.unreachable", "the timestamp authority does not answer in time") from error
    if len(content) > max_bytes:
        raise TimestampError("timestamp.answer", "the timestamp authority's answer is longer than allowed")
    return content
