"""After the whole story, and after all that others tried: no value of a person stands anywhere but sealed.

Nothing is allowed anywhere: there is no list of exceptions. Answers with status 200 to whoever may see a value are not searched: they are for that.
"""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote

import pytest

from demo.node import DemoNode
from tests.functional.provinces.broker_watch import BrokerWatch
from tests.functional.provinces.demo_run import DemoRun
from tests.functional.provinces.raw_rows import cells
from tests.functional.provinces.secrets_of import Searcher, personal_values
from tests.functional.provinces.steps import code_of, look_at_home, raw
from tests.functional.provinces.wire import Exchange
from tests.functional.provinces.world import Provinces

LAST_STEP = "audit"
MOST_ADMIN_PAGES = 150
ENTRY_MEMBERS = {
    "v",
    "kind",
    "hour",
    "c",
    "holder_tag",
    "holder_tags",
    "certificate_tag",
    "certificate_tags",
    "peer_reference",
}
LINK = re.compile(r'href="(/admin/[^"#]*)"')


def agency_of(node: DemoNode) -> bytes:
    """What does stand in the clear: the name of an office. Whoever does not find it did not search."""
    return {"zhejiang": "浙江省住房和城乡建设厅（样例）", "sichuan": "四川省住房和城乡建设厅（样例）"}[
        node.name
    ].encode()


@pytest.fixture(scope="module")
def searcher(provinces: Provinces) -> Searcher:
    return Searcher(personal_values(provinces.cast))


@pytest.fixture(scope="module", autouse=True)
def _story_is_told(demo: DemoRun, provinces: Provinces, licence: str) -> None:
    """The steps' own faults belong to their own tests."""
    with suppress(Exception):
        demo.tell(LAST_STEP)
    look_at_home(provinces, code_of(provinces))


def test_the_search_finds_what_it_looks_for(searcher: Searcher, provinces: Provinces) -> None:
    """A search that finds nothing proves nothing: every value is found in each of its disguises."""
    values = personal_values(provinces.cast)
    assert len(values) > 25
    assert {"张䶮", "330106198805123013", "浙2332026202600001", "浙江省杭州市西湖区互证路8号3幢2单元501室"} <= set(
        values
    )
    for value in values:
        for offset in range(3):
            hidden = base64.b64encode(b"x" * offset + f"{value}and more".encode())
            assert value in searcher.found_in(hidden) or len(value.encode()) < 9
        assert value in searcher.found_in(f"before {value} behind".encode())
        assert value in searcher.found_in(json.dumps({"v": value}).encode())
    assert searcher.found_in("浙江省住房和城乡建设厅（样例）".encode()) == []


def test_no_database_holds_a_value_in_the_clear(provinces: Provinces, searcher: Searcher) -> None:
    for node in provinces.nodes:
        all_cells = list(cells(node))
        assert any(agency_of(node) in content for _, _, content in all_cells)
        found = {(table, column) for table, column, content in all_cells if searcher.found_in(content)}
        assert found == set(), node.name


def test_no_file_of_a_node_holds_a_value_in_the_clear(provinces: Provinces, searcher: Searcher) -> None:
    """Process logs, the broker's folder, stored documents, keys, the raw database file and its journal."""
    for node in provinces.nodes:
        files = dict(_files(node))
        assert files["node.log"]
        if not node.database_url:
            assert any(agency_of(node) in content for name, content in files.items() if name.startswith("db.sqlite3"))
        assert {name for name, content in files.items() if searcher.found_in(content)} == set(), node.name


def test_no_entry_of_the_log_tells_anything(provinces: Provinces, searcher: Searcher) -> None:
    for node in provinces.nodes:
        leaves = [
            content for table, column, content in cells(node) if (table, column) == ("verification_logentry", "leaf")
        ]
        assert len(leaves) > 5
        for leaf in leaves:
            entry = json.loads(leaf)
            assert searcher.found_in(leaf) == []
            if entry["kind"].startswith("lookup."):
                assert set(entry) <= ENTRY_MEMBERS, set(entry)


def test_no_receipt_tells_anything(provinces: Provinces, demo: DemoRun, searcher: Searcher) -> None:
    counters = (provinces.counter, provinces.foreign_counter)
    receipts = [
        answer.content
        for lookup_id in demo.journey.looks
        for counter in counters
        if (answer := counter.get(f"/api/v1/lookups/{lookup_id}/receipt")).status == 200
    ]
    assert len(receipts) > 3
    for receipt in receipts:
        for layer in _unfolded(receipt):
            assert searcher.found_in(layer) == []


def test_no_error_tells_anything(wire: list[Exchange], searcher: Searcher) -> None:
    errors = [exchange for exchange in wire if exchange.is_error]
    assert errors
    for exchange in errors:
        assert searcher.found_in(exchange.body) == [], exchange.url


def test_no_address_tells_anything(wire: list[Exchange], searcher: Searcher) -> None:
    """What a browser's history or a proxy's log would keep. The tests' own garbage apart, no client put a value there."""
    for exchange in wire:
        if exchange.status not in {400, 404, 405}:
            assert searcher.found_in(unquote(exchange.url).encode()) == [], exchange.method
        assert searcher.found_in(unquote(exchange.location).encode()) == [], exchange.url


def test_no_message_to_a_worker_tells_anything(brokers: BrokerWatch, searcher: Searcher) -> None:
    assert brokers.messages, "no message was seen passing"
    for message in list(brokers.messages.values()):
        body = json.loads(message) if message else {}
        for layer in _unfolded(json.dumps(body).encode()):
            assert searcher.found_in(layer) == []


@pytest.mark.parametrize("login", ["node.admin", "auditor"])
def test_no_page_of_the_administration_shows_a_value(provinces: Provinces, searcher: Searcher, login: str) -> None:
    for node in provinces.nodes:
        pages = dict(_crawled(provinces, node, login))
        assert len(pages) > 10, sorted(pages)
        assert any(agency_of(node) in content for content in pages.values())
        assert [path for path, content in pages.items() if searcher.found_in(content)] == []


def test_no_node_failed_at_anything(wire: list[Exchange]) -> None:
    """Over all tests of this run: 5xx only where a node was stopped on purpose and said so."""
    assert [
        (one.method, one.url, one.status) for one in wire if one.status >= 500 and not one.url.endswith("/readyz")
    ] == []


def test_no_process_logged_a_traceback(provinces: Provinces) -> None:
    for node in provinces.nodes:
        log = (node.folder / "node.log").read_text("utf-8", "replace")
        assert "Internal Server Error" not in log


def _files(node: DemoNode) -> Iterator[tuple[str, bytes]]:
    for path in node.folder.rglob("*"):
        with suppress(FileNotFoundError, IsADirectoryError):  # messages come and go
            yield str(path.relative_to(node.folder)), path.read_bytes()


def _unfolded(content: bytes) -> Iterator[bytes]:
    """The content, and whatever stands in it as base64, layer by layer."""
    yield content
    for word in re.findall(rb"[A-Za-z0-9_/+-]{24,}", content):
        plain = word.replace(b"-", b"+").replace(b"_", b"/")
        try:
            inner = base64.b64decode(plain + b"=" * (-len(plain) % 4))
        except ValueError:
            continue
        yield from _unfolded(inner)


def _crawled(provinces: Provinces, node: DemoNode, login: str) -> Iterator[tuple[str, bytes]]:
    """The administration's pages, from its first one, as many as a reader would open."""
    client = provinces.cast.person(node, login)
    waiting, seen = ["/admin/"], {"/admin/"}
    while waiting and len(seen) <= MOST_ADMIN_PAGES:
        path = waiting.pop(0)
        answer = raw(client, "GET", path, b"")
        assert answer.status in {200, 302, 403}, path
        yield path, answer.content
        for link in LINK.findall(answer.content.decode()):
            target = link.replace("&amp;", "&")
            if target not in seen and "logout" not in target and "jsi18n" not in target:
                seen.add(target)
                waiting.append(target)
