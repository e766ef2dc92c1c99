"""Asking a witness over HTTP: short patience over all, a small answer, no redirect, no proxy or password from the environment."""

import time
from dataclasses import dataclass
from typing import Final

import requests
from urllib3.exceptions import HTTPError, InvalidHeader

from certificates.adapters.patient_session import patient_session, read_in_time
from verification.core.errors import LogError

MAX_ANSWER_BYTES: Final = 16 * 1024  # a cosignature line is a few hundred bytes
_CONNECT_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessReply:
    """This will hold what a witness answered; nothing in it is trusted yet."""

    status: int
    text: str


def ask_witness(*, node_url: str, body: bytes, timeout_seconds: float) -> WitnessReply:
    """This will post an add-checkpoint request to a node of the trust list, and wait for the whole answer at most `timeout_seconds`.

    Raises LogError `log.witness.unreachable`, or `log.witness.malformed` for an answer too long, of no stated length or not
    UTF-8.
    """
    deadline = time.monotonic() + timeout_seconds
    with patient_session(deadline=deadline) as session:
        try:
            with session.post(
                f"{node_url}/log/add-checkpoint",
                data=body,
                headers={"Content-Type": "text/plain; charset=utf-8", "Accept-Encoding": "identity"},
                timeout=(min(_CONNECT_SECONDS, timeout_seconds), timeout_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                content = read_in_time(response, deadline=deadline, max_bytes=MAX_ANSWER_BYTES)
                return WitnessReply(status=response.status_code, text=_text(content))
        except InvalidHeader as error:
            raise LogError("log.witness.malformed", "The witness's answer does not say how long it is.") from error
        except (requests.RequestException, HTTPError, OSError) as error:
            raise LogError("log.witness.unreachable", "The witness did not answer in time.") from error


def _text(content: bytes) -> str:
    if len(content) > MAX_ANSWER_BYTES:
        raise LogError("log.witness.malformed", "The witness's answer is too long.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LogError("log.witness.malformed", "The witness's answer is not text.") from error
