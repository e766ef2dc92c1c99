"""The demo's clients: people with a session, and an agency's system with its tokens. They know a node's address and nothing else of it."""

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import http_sf
import requests
from http_sf import DisplayString
from joserfc import jwt
from joserfc.jwk import ECKey

TIMEOUT_SECONDS = 20
TOKEN_SPARE_SECONDS = 30


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
    """An agency's system: it gets short-lived tokens with its own key (OAuth 2.0), and every call names its operator."""

    def __init__(
        self, *, base_url: str, client_id: str, private_jwk: Mapping[str, Any], operator: Mapping[str, str]
    ) -> None:
        self.base_url = base_url
        self._client_id = client_id
        self._key = ECKey.import_key(dict(private_jwk))
        self._operator = http_sf.ser({name: DisplayString(text) for name, text in operator.items()})
        self._token, self._until = "", 0.0

    def get(self, path: str) -> Answer:
        """This will read from the API."""
        return Answer(requests.get(self.base_url + path, headers=self.headers(), timeout=TIMEOUT_SECONDS))

    def post(self, path: str, body: Mapping[str, Any], *, idempotency_key: str = "") -> Answer:
        """This will post JSON to the API."""
        headers = {**self.headers(), "Idempotency-Key": idempotency_key or secrets.token_urlsafe(18)}
        return Answer(requests.post(self.base_url + path, json=body, headers=headers, timeout=TIMEOUT_SECONDS))

    def headers(self) -> dict[str, str]:
        """This will give the headers that say who calls and who acts, with a new token where the last one is about to end."""
        if time.time() > self._until - TOKEN_SPARE_SECONDS:
            self._fetch_token()
        return {"Authorization": f"Bearer {self._token}", "Operator": self._operator}

    def _fetch_token(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self._assertion(),
        }
        given = Answer(requests.post(f"{self.base_url}/oauth/token", data=form, timeout=TIMEOUT_SECONDS)).expect(200)
        self._token, self._until = given["access_token"], time.time() + given["expires_in"]

    def _assertion(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": f"{self.base_url}/oauth/token",
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(18),
        }
        header = {"alg": "ES256", "typ": "JWT", "kid": self._key.thumbprint()}
        return jwt.encode(header, claims, self._key)


def port_of(url: str) -> int:
    """This will give the port of a loopback address."""
    port = urlsplit(url).port
    assert port is not None
    return port
