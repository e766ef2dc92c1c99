"""The demo's clients: people with a session, and an agency's system that signs each call. They know a node's address and nothing else of it."""

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import ECKey

TIMEOUT_SECONDS = 20


class Answer:
    """What came back: status and JSON body."""

    def __init__(self, response: requests.Response) -> None:
        self.status = response.status_code
        self.content = response.content
        self.headers = response.headers

    @property
    def body(self) -> Any:
        """This will parse the body as JSON."""
        return json.loads(self.content)

    def expect(self, status: int) -> Any:
        """This will give the body, or raise with the problem's code if the status is another."""
        if self.status != status:
            raise UnexpectedAnswerError(f"HTTP {self.status} instead of {status}: {self.content[:300]!r}")
        return self.body


class UnexpectedAnswerError(Exception):
    """An answer the journey did not expect."""


class PersonClient:
    """A browser's way in: sign in with a form, then call the API with the session and its CSRF token."""

    def __init__(self, *, base_url: str, username: str, password: str) -> None:
        self.base_url = base_url
        self._session = requests.Session()
        page = self._session.get(f"{base_url}/sign-in", timeout=TIMEOUT_SECONDS)
        page.raise_for_status()
        form = {"username": username, "password": password, "csrfmiddlewaretoken": self._csrf()}
        answer = self._session.post(f"{base_url}/sign-in", data=form, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        if answer.status_code != requests.codes.found:
            raise UnexpectedAnswerError(f"sign-in failed for {username}: HTTP {answer.status_code}")

    def _csrf(self) -> str:
        return next((value for name, value in self._session.cookies.items() if name.startswith("huzheng_csrf")), "")

    def get(self, path: str) -> Answer:
        """This will read from the API."""
        return Answer(self._session.get(self.base_url + path, timeout=TIMEOUT_SECONDS))

    def post(self, path: str, body: Mapping[str, Any], *, idempotency_key: str = "") -> Answer:
        """This will post JSON to the API."""
        headers = {"X-CSRFToken": self._csrf(), "Idempotency-Key": idempotency_key or secrets.token_urlsafe(18)}
        return Answer(self._session.post(self.base_url + path, json=body, headers=headers, timeout=TIMEOUT_SECONDS))

    def upload(self, path: str, fields: Mapping[str, str], *, name: str, data: bytes) -> Answer:
        """This will post a form with one file."""
        headers = {"X-CSRFToken": self._csrf(), "Idempotency-Key": secrets.token_urlsafe(18)}
        files = {"document": (name, data, "application/pdf")}
        return Answer(
            self._session.post(self.base_url + path, data=fields, files=files, headers=headers, timeout=TIMEOUT_SECONDS)
        )


class SystemClient:
    """An agency's system: every call carries an assertion for exactly that call, and names its operator."""

    def __init__(
        self, *, base_url: str, client_id: str, private_jwk: Mapping[str, Any], operator: Mapping[str, str]
    ) -> None:
        self.base_url = base_url
        self._client_id = client_id
        self._key = ECKey.import_key(dict(private_jwk))
        self._operator = dict(operator)

    def get(self, path: str) -> Answer:
        """This will read from the API."""
        headers = {"Authorization": self._authorization("GET", path, b"")}
        return Answer(requests.get(self.base_url + path, headers=headers, timeout=TIMEOUT_SECONDS))

    def post(self, path: str, body: Mapping[str, Any], *, idempotency_key: str = "") -> Answer:
        """This will post JSON to the API."""
        data = json.dumps(body, ensure_ascii=False).encode()
        headers = {
            "Authorization": self._authorization("POST", path, data),
            "Content-Type": "application/json",
            "Idempotency-Key": idempotency_key or secrets.token_urlsafe(18),
        }
        return Answer(requests.post(self.base_url + path, data=data, headers=headers, timeout=TIMEOUT_SECONDS))

    def _authorization(self, method: str, path: str, body: bytes) -> str:
        now = int(time.time())
        claims = {
            "iss": self._client_id,
            "aud": self.base_url,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(18),
            "htm": method,
            "htu": self.base_url + path,
            "body_sha256": urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode(),
            "operator": self._operator,
        }
        header = {"alg": "ES256", "typ": "huzheng-client+jwt", "kid": self._client_id}
        return f"Bearer {jwt.encode(header, claims, self._key)}"


def port_of(url: str) -> int:
    """This will give the port of a loopback address."""
    port = urlsplit(url).port
    assert port is not None
    return port
