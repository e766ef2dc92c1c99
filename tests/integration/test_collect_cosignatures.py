"""Our head is witnessed: only a cosignature that verifies over the asked head is kept, and a bad witness harms nothing."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.log_steps import NOW, Peer, look, trust
from verification.adapters.witness_client import MAX_ANSWER_BYTES, WitnessReply, ask_witness
from verification.core.add_checkpoint import AddCheckpoint, parse_add_checkpoint
from verification.core.checkpoint import Checkpoint, parse_checkpoint_text, verify_cosignature
from verification.core.errors import LogError
from verification.core.merkle import verify_consistency
from verification.core.note import parse_note
from verification.models import Cosignature
from verification.queries.log_checkpoint import checkpoint_over, latest_checkpoint
from verification.services import collect_cosignatures as service
from verification.services.collect_cosignatures import CollectedCosignatures, collect_cosignatures
from verification.services.publish_log import publish_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]

Answer = Callable[[AddCheckpoint], WitnessReply]


class HonestWitness:
    """A witness in memory that keeps the rules of C2SP tlog-witness."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.seen: Checkpoint | None = None
        self.asked: list[int] = []

    def __call__(self, request: AddCheckpoint) -> WitnessReply:
        head = parse_checkpoint_text(parse_note(request.note).text)
        self.asked.append(request.old_size)
        known = self.seen.size if self.seen else 0
        if request.old_size != known:
            return WitnessReply(status=HTTPStatus.CONFLICT, text=f"{known}\n")
        if self.seen:
            verify_consistency(
                old_size=known,
                new_size=head.size,
                old_root=self.seen.root,
                new_root=head.root,
                proof=request.proof,
            )
        self.seen = head
        return WitnessReply(status=HTTPStatus.OK, text=self.peer.cosign(request.note))


@pytest.fixture
def peer(settings) -> Peer:
    peer = Peer()
    trust(settings, peer)
    return peer


@pytest.fixture
def answered_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    def install(answer: Answer) -> None:
        def ask(*, node_url: str, body: bytes, timeout_seconds: float) -> WitnessReply:
            return answer(parse_add_checkpoint(body))

        monkeypatch.setattr(service, "ask_witness", ask)

    return install


def grow(count: int = 1) -> None:
    for _ in range(count):
        look()
    publish_log(at=NOW)


def test_every_growth_is_cosigned_once_and_verifies(peer: Peer, answered_by) -> None:
    witness = HonestWitness(peer)
    answered_by(witness)
    assert collect_cosignatures(at=NOW) == CollectedCosignatures(cosigned=0, failures=())
    for _ in range(3):
        grow(2)
        assert collect_cosignatures(at=NOW) == CollectedCosignatures(cosigned=1, failures=())
        assert collect_cosignatures(at=NOW) == CollectedCosignatures(cosigned=0, failures=())
    assert witness.asked == [0, 2, 4]
    head = latest_checkpoint()
    assert head is not None
    assert head.witnesses == {peer.witness.name}
    assert verify_cosignature(head.note, key=peer.witness).name == peer.witness.name


def test_a_head_that_only_a_later_head_was_cosigned_over_is_proved_by_the_cosigned_one(peer: Peer, answered_by) -> None:
    answered_by(HonestWitness(peer))
    grow()
    grow()
    collect_cosignatures(at=NOW)
    grow()
    head = checkpoint_over(index=0)
    assert head is not None
    assert (head.size, len(head.witnesses)) == (2, 1)
    newest = checkpoint_over(index=2)
    assert newest is not None
    assert (newest.size, len(newest.witnesses)) == (3, 0)


def test_a_witness_that_remembers_another_size_is_asked_again_from_there(peer: Peer, answered_by) -> None:
    witness = HonestWitness(peer)
    answered_by(witness)
    grow(3)
    collect_cosignatures(at=NOW)
    grow(1)
    witness.seen = None  # it was set up anew
    assert collect_cosignatures(at=NOW).cosigned == 1
    assert witness.asked == [0, 3, 0]


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (HTTPStatus.CONFLICT, "9\n", "log.witness.ahead"),
        (HTTPStatus.CONFLICT, "-1\n", "log.witness.malformed"),
        (HTTPStatus.CONFLICT, "9" * 30, "log.witness.malformed"),
        (HTTPStatus.CONFLICT, "0\n", "log.witness.refused"),
        (HTTPStatus.UNPROCESSABLE_ENTITY, "", "log.witness.refused"),
        (HTTPStatus.FOUND, "", "log.witness.refused"),
        (HTTPStatus.OK, "", "log.cosignature"),
        (HTTPStatus.OK, "not a line\n", "log.cosignature"),
    ],
)
def test_a_witness_that_does_not_cosign_is_named_by_a_code(peer: Peer, answered_by, status, text, code) -> None:
    grow()
    answered_by(lambda _: WitnessReply(status=status, text=text))
    assert collect_cosignatures(at=NOW).failures == (code,)
    assert not Cosignature.objects.exists()


def test_refuses_a_cosignature_by_another_key_under_the_witnesss_name(peer: Peer, answered_by) -> None:
    grow()
    answered_by(lambda request: WitnessReply(status=HTTPStatus.OK, text=Peer().cosign(request.note)))
    assert collect_cosignatures(at=NOW).failures == ("log.cosignature",)


def test_refuses_a_cosignature_over_another_head(peer: Peer, answered_by) -> None:
    grow()
    other = Peer(leaves=[bytes(32)]).note()
    answered_by(lambda _: WitnessReply(status=HTTPStatus.OK, text=peer.cosign(other)))
    assert collect_cosignatures(at=NOW).failures == ("log.cosignature",)


def test_one_dead_witness_does_not_keep_the_others_from_cosigning(settings, answered_by) -> None:
    dead, alive = Peer(region="110000"), Peer(region="510000")
    trust(settings, dead, alive)
    grow()

    calls: list[AddCheckpoint] = []

    def answer(request: AddCheckpoint) -> WitnessReply:
        calls.append(request)
        if len(calls) == 1:
            raise LogError("log.witness.unreachable", "The witness did not answer.")
        return WitnessReply(status=HTTPStatus.OK, text=alive.cosign(request.note))

    answered_by(answer)
    assert collect_cosignatures(at=NOW) == CollectedCosignatures(cosigned=1, failures=("log.witness.unreachable",))


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, headers, body = self.server.answer  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.server.says_length:  # type: ignore[attr-defined]
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def post(server: HTTPServer, answer: tuple[int, dict[str, str], bytes], *, says_length: bool = True) -> WitnessReply:
    server.answer = answer  # type: ignore[attr-defined]
    server.says_length = says_length  # type: ignore[attr-defined]
    return ask_witness(node_url=f"http://127.0.0.1:{server.server_port}", body=b"x", timeout_seconds=2.0)


@pytest.mark.real_network
def test_the_client_gives_status_and_text_as_they_are(server: HTTPServer) -> None:
    assert post(server, (409, {}, b"7\n")) == WitnessReply(status=409, text="7\n")


@pytest.mark.real_network
def test_the_client_follows_no_redirect(server: HTTPServer) -> None:
    assert post(server, (302, {"Location": "http://127.0.0.1:1/"}, b"")).status == 302


@pytest.mark.real_network
@pytest.mark.parametrize("body", [b"x" * (MAX_ANSWER_BYTES + 1), b"\xff\xfe"])
def test_the_client_refuses_an_answer_too_long_or_not_text(server: HTTPServer, body: bytes) -> None:
    with pytest.raises(LogError) as refused:
        post(server, (200, {}, body))
    assert refused.value.code == "log.witness.malformed"


@pytest.mark.real_network
def test_the_client_refuses_an_answer_of_no_stated_length(server: HTTPServer) -> None:
    with pytest.raises(LogError) as refused:
        post(server, (200, {}, b"whole?"), says_length=False)
    assert refused.value.code == "log.witness.malformed"


@pytest.mark.real_network
@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"])
def test_gives_up_on_a_witness_that_drips(head: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.sendall(head)
                for byte in (b"" if head else b"HTTP/1.1 200 OK\r\nX-Slow: ") + b"1" * 100:
                    connection.sendall(bytes([byte]))
                    time.sleep(0.05)

        thread = threading.Thread(target=drip)
        thread.start()
        started = time.monotonic()
        with pytest.raises(LogError) as refused:
            ask_witness(node_url=f"http://127.0.0.1:{listener.getsockname()[1]}", body=b"x", timeout_seconds=0.3)
        assert time.monotonic() - started < 1.0
        assert refused.value.code == "log.witness.unreachable"
        thread.join()


@pytest.mark.real_network
def test_a_witness_that_is_not_there_is_unreachable(server: HTTPServer) -> None:
    with pytest.raises(LogError) as refused:
        ask_witness(node_url="http://127.0.0.1:9", body=b"x", timeout_seconds=1.0)
    assert refused.value.code == "log.witness.unreachable"
