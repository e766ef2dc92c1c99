"""The broker's options: files by default, Redis with its own client, which is not everywhere."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import broker
from config.broker import broker_options


def options(url: str) -> dict[str, object]:
    return broker_options(url, folder=Path("/srv/broker"), redelivery_seconds=90)


def test_each_broker_has_its_own_options() -> None:
    assert options("filesystem://")["data_folder_in"] == "/srv/broker/queue"
    for url in ("redis://127.0.0.1/0", "rediss://127.0.0.1/0", "sentinel://127.0.0.1/0"):
        assert options(url)["visibility_timeout"] == 90
    assert options("amqp://huzheng@127.0.0.1/") == {}


def test_redis_without_its_client_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "find_spec", lambda _: None)
    assert options("amqp://huzheng@127.0.0.1/") == {}
    with pytest.raises(ImproperlyConfigured, match=r"requirements-services\.txt"):
        options("redis://127.0.0.1/0")
