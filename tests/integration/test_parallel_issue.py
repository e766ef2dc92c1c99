"""A hundred issues at the same moment: every one answered, no number, no serial and no status index used twice."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from certificates.core.errors import IssueError
from certificates.models import Certificate, CertificateEvent, Document, IssueIntent, StatusEntry, StatusList
from certificates.services import allot_status_entries as allotting
from certificates.services import reserve_certificate, reserved_rows
from certificates.services.correct_certificate import correct_certificate
from certificates.services.document_kinds import kinds_of_licences
from certificates.services.issue_certificate import IssueAnswer, issue_certificate
from tests.integration.crashes.workers import citizen_id
from tests.integration.factories import AT, Node, make_node
from tests.integration.threads import at_once
from verification.services.audit_log import audit_log
from verification.services.publish_log import publish_log

AT_ONCE = 100


def issue(node: Node, number: int) -> IssueAnswer:
    values = {"certificate_number": f"浙23320262026{number:05d}", "holder_code": citizen_id(number)}
    request = node.request(values=values)
    return issue_certificate(caller=node.officer, request=request, idempotency_key=f"key-{number}", at=AT)


def once_each(answers: Sequence[object]) -> None:
    """Everything that must be single is single, and everything that was begun is finished."""
    assert [answer for answer in answers if not isinstance(answer, IssueAnswer)] == []
    ids = {answer.id for answer in answers if isinstance(answer, IssueAnswer)}
    rows = list(Certificate.objects.all())
    assert ids == {row.pk for row in rows}
    assert len(rows) == len(answers)
    for single in ("identifier", "serial", "credential_jwt"):
        assert Counter(getattr(row, single) for row in rows).most_common(1)[0][1] == 1, single
    assert Counter(StatusEntry.objects.values_list("status_list", "index")).most_common(1)[0][1] == 1
    assert StatusEntry.objects.count() == 2 * len(rows)
    assert {row.state for row in rows} == {"valid"}
    assert Document.objects.count() == len(kinds_of_licences()) * len(rows)
    for model in (CertificateEvent, IssueIntent):
        assert model.objects.count() == len(rows)
    publish_log(at=AT)
    assert audit_log(at=AT).findings == ()


@pytest.mark.django_db(transaction=True)
def test_a_hundred_issues_at_once_share_nothing(node_folder: Path) -> None:
    node = make_node()
    once_each(at_once(AT_ONCE, lambda number: issue(node, number)))


@pytest.mark.django_db(transaction=True)
def test_issues_at_once_that_draw_the_same_numbers_try_again(
    node_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three digits for the serials and lists of 256 places: many of forty draws collide, in a look beforehand or in the database."""
    node = make_node()
    StatusList.objects.update(is_open=False)
    monkeypatch.setattr(allotting, "LIST_SIZE", 256)
    monkeypatch.setattr(reserved_rows, "_SERIAL_DIGITS", 3)
    once_each(at_once(40, lambda number: issue(node, number)))


@pytest.mark.django_db
@pytest.mark.parametrize("corrected", [False, True], ids=["issue", "correction"])
def test_an_equal_request_that_was_answered_in_between_gives_its_answer(node: Node, *, corrected: bool) -> None:
    """The licence that stands in its way by then is its own."""
    old = issue(node, 1).id if corrected else None

    def ask() -> IssueAnswer:
        if old is None:
            return issue(node, 2)
        request = node.request(values={"certificate_number": "浙2332026202600001", "employer": "浙江另一建设有限公司"})
        return correct_certificate(
            caller=node.officer, certificate_id=old, request=request, idempotency_key="corrected", at=AT
        )

    look = reserve_certificate._answered_before
    others: list[IssueAnswer] = []

    def overtaken(*asked: object) -> IssueAnswer | None:
        found = look(*asked)
        if not others:
            patch.undo()
            others.append(ask())
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reserve_certificate, "_answered_before", overtaken)
        answer = ask()

    assert [answer] == others
    assert Certificate.objects.count() == 1 + corrected


@pytest.mark.django_db
def test_a_serial_that_was_drawn_before_is_drawn_again_unsigned(
    node: Node, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = issue(node, 1)
    serial = int(Certificate.objects.get(pk=taken.id).serial)
    draws = iter((serial, serial, 7))
    signed: list[str] = []
    draw = reserved_rows.secrets.randbelow

    class Draws:
        @staticmethod
        def randbelow(limit: int) -> int:
            if limit != 10**16:
                return draw(limit)
            signed.append(ledger.read_text())
            return next(draws)

    monkeypatch.setattr(reserved_rows, "secrets", Draws)
    second = issue(node, 2)

    assert Certificate.objects.get(pk=second.id).serial == f"{7:016d}"
    assert len(signed) == 3
    assert len(set(signed)) == 1  # nothing was signed from the first draw to the last
    assert Certificate.objects.count() == IssueIntent.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("again", [1, 99])
def test_a_status_index_that_was_drawn_before_is_drawn_again_unsigned(
    node: Node, ledger: Path, monkeypatch: pytest.MonkeyPatch, again: int
) -> None:
    """As where two transactions draw one index at the same moment: the look beforehand sees neither."""
    issue(node, 1)
    taken = dict(StatusEntry.objects.values_list("purpose", "index"))
    free, left = allotting._free_index, [again]

    def blind(status_list: StatusList) -> int | None:
        if left[0]:
            left[0] -= 1
            return taken[status_list.purpose]
        return free(status_list)

    monkeypatch.setattr(allotting, "_free_index", blind)
    before = ledger.read_text()
    if again == 1:
        issue(node, 2)
        assert StatusEntry.objects.count() == 4
    else:
        with pytest.raises(IssueError, match=r"issue\.busy"):
            issue(node, 2)
        assert ledger.read_text() == before
        assert Certificate.objects.count() == IssueIntent.objects.count() == 1
        assert StatusEntry.objects.count() == 2
