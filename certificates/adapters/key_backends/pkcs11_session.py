"""One session of this process with the token that the settings name; whatever goes wrong with it has one name.

PKCS #11 version 2.40. A session that failed is thrown away and opened anew by the next call. A PIN that was refused is not
tried again until its file changes: tokens lock themselves after a few.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import pkcs11
from django.conf import settings
from pkcs11.exceptions import (
    MultipleObjectsReturned,
    MultipleTokensReturned,
    NoSuchKey,
    NoSuchToken,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
    UserAlreadyLoggedIn,
)

from certificates.adapters.key_backends.timed_calls import TimedCalls
from certificates.core.errors import CertificatesError, KeyUnavailableError

_EXPECTED: Final = (PKCS11Error, CertificatesError, OSError)
_WRONG_PIN: Final = "the token refused the PIN: correct its file first"
_REFUSED_PIN: Final = (PinIncorrect, PinInvalid, PinLenRange, PinLocked)
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """This will name a token and how to reach it."""

    module: str
    label: str
    pin_file: Path
    seconds: float


class TokenSession:
    """This will hold the session of one process with one token, and the keys found in it by their label."""

    def __init__(self, token: Token) -> None:
        """This will open nothing yet."""
        self._token = token
        self._process = os.getpid()
        self._calls = TimedCalls(expected=_EXPECTED)
        self._session: Any = None
        self._keys: dict[str, Any] = {}
        self._refused_pin: tuple[int, int] | None = None

    @property
    def token_label(self) -> str:
        """This will name the token."""
        return self._token.label

    @property
    def is_of_this_process(self) -> bool:
        """This will be False in a forked child, where neither the session nor its thread is alive."""
        return self._process == os.getpid()

    def run(self, call: Callable[[Any], _Answer]) -> _Answer:
        """This will call with an open session, one call at a time; raises KeyUnavailableError `key.backend_unavailable`."""
        try:
            return self._calls.make(lambda: self._in_session(call), seconds=self._token.seconds)
        except (NoSuchKey, MultipleObjectsReturned):
            raise  # an answer about a key, not a failure of the device
        except (PKCS11Error, OSError) as error:
            # What the library says may hold labels and paths; its class says enough to the operator's log.
            raise KeyUnavailableError("key.backend_unavailable", "the token could not be used") from error

    def private_key(self, session: Any, *, label: str) -> Any:
        """This will give the token's private key of that label, inside of a `run` call."""
        if label not in self._keys:
            self._keys[label] = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
        return self._keys[label]

    def _in_session(self, call: Callable[[Any], _Answer]) -> _Answer:
        if self._session is None:
            self._session = self._opened()
        try:
            return call(self._session)
        except (NoSuchKey, MultipleObjectsReturned):
            raise
        except PKCS11Error:
            self._forget()
            raise

    def _opened(self) -> Any:
        with _told("HUZHENG_PKCS11_PIN_FILE cannot be read", OSError):
            found = self._token.pin_file.stat()
            pin = self._token.pin_file.read_text("utf-8").strip()
        pin_version = (found.st_ino, found.st_mtime_ns)
        if pin_version == self._refused_pin:
            raise KeyUnavailableError("key.backend_unavailable", _WRONG_PIN)
        with _told("HUZHENG_PKCS11_MODULE cannot be loaded", PKCS11Error, OSError):
            library = pkcs11.lib(self._token.module)
        with _told("there is no token of the label HUZHENG_PKCS11_TOKEN", NoSuchToken, MultipleTokensReturned):
            token = library.get_token(token_label=self._token.label)
        try:
            return token.open(rw=True, user_pin=pin)
        except UserAlreadyLoggedIn:
            return token.open(rw=True)  # a login holds for all sessions of a process (PKCS #11 section 6.7.4)
        except _REFUSED_PIN as error:
            self._refused_pin = pin_version
            raise KeyUnavailableError("key.backend_unavailable", _WRONG_PIN) from error

    def _forget(self) -> None:
        session, self._session, self._keys = self._session, None, {}
        try:
            session.close()
        except PKCS11Error:
            return  # it is gone already, which is why it is forgotten


@contextmanager
def _told(message: str, *causes: type[Exception]) -> Iterator[None]:
    """Names which of the settings an operator has to look at; their values are not repeated."""
    try:
        yield
    except causes as error:
        raise KeyUnavailableError("key.backend_unavailable", message) from error


_sessions: dict[Token, TokenSession] = {}


def token_session(*, label: str | None = None) -> TokenSession:
    """This will give this process's session with the token of the settings, or with the one of that label.

    Raises KeyUnavailableError `key.backend_unavailable` where the settings name no module or token.
    """
    node = settings.NODE
    wanted = node.pkcs11_token if label is None else label
    if not node.pkcs11_module or not wanted:
        raise KeyUnavailableError("key.backend_unavailable", "HUZHENG_PKCS11_MODULE or HUZHENG_PKCS11_TOKEN is not set")
    token = Token(
        module=node.pkcs11_module, label=wanted, pin_file=node.pkcs11_pin_file, seconds=node.pkcs11_timeout_seconds
    )
    known = _sessions.get(token)
    if known is None or not known.is_of_this_process:
        known = _sessions[token] = TokenSession(token)
    return known


def begin_anew_after_fork() -> None:
    """This will initialise the libraries again in a forked child, as PKCS #11 section 6.6.1 demands."""
    for module in {token.module for token in _sessions}:
        try:
            pkcs11.lib(module).reinitialize()
        except PKCS11Error:
            continue  # told by the first call that needs it
    _sessions.clear()


os.register_at_fork(after_in_child=begin_anew_after_fork)
