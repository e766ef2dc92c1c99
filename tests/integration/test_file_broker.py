"""The embedded broker: a reader never sees half a message."""

import json
import threading
import time
from pathlib import Path

import kombu
import pytest

import config.celery  # noqa: F401  # names our transport for filesystem://

MESSAGES = 300
READERS = 2


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "queue").mkdir()
    return {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }


def test_every_message_arrives_once(folders: dict[str, str]) -> None:
    with kombu.Connection("filesystem://", transport_options=folders) as connection:
        queue = connection.SimpleQueue("first")
        for number in range(3):
            queue.put({"number": number})
        assert sorted(queue.get(timeout=5).payload["number"] for _ in range(3)) == [0, 1, 2]
        queue.close()


def test_no_reader_sees_a_file_before_it_is_whole(folders: dict[str, str]) -> None:
    stop, torn = threading.Event(), []
    seen: set[str] = set()

    def read() -> None:
        while not stop.is_set():
            for path in Path(folders["data_folder_in"]).iterdir():
                if path.name not in seen:
                    seen.add(path.name)
                    try:
                        json.loads(path.read_bytes())
                    except ValueError:
                        torn.append(path.name)

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        with kombu.Connection("filesystem://", transport_options=folders) as connection:
            queue = connection.SimpleQueue("second")
            for number in range(MESSAGES):
                queue.put({"number": number, "filling": "x" * 20_000})
            time.sleep(0.1)
            queue.close()
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert len(seen) == MESSAGES
    assert torn == []
