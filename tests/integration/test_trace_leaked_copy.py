"""A leaked copy leads to who asked for it, when and for which matter; tracing it is itself a look that the holder sees."""

import io
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock
from uuid import UUID

import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from accounts.core.caller import Caller, Operator
from accounts.core.errors import AuthenticationFailed, NotPermitted
from accounts.core.permissions import Role
from accounts.models import User
from accounts.services.administrator_caller import administrator_caller
from certificates.adapters.mark_reader_apart import FoundOnPage
from certificates.core.errors import PictureError
from certificates.models import PurposeCopy
from certificates.services.erase_holder import erase_holder
from tests.integration.copy_steps import copy_file, file_made, ordered
from tests.integration.factories import AT, Node, holder_caller, owner_of
from tests.integration.recognition_steps import COUNTER_USCC, HOME_MATTER, World, counter, issued_in_log, looked
from verification.core.lookup_entry import EntryKind, parse_entry
from verification.core.lookup_members import Member
from verification.management.commands.trace_copy import Command
from verification.models import LogEntry, Lookup
from verification.services import trace_leaked_copy as tracing
from verification.services.fetch_agency_copy import fetch_agency_copy
from verification.services.lookup_openings import open_openings
from verification.services.make_copy_for_matter import MatterCopyRequest, make_copy_for_matter
from verification.services.my_lookups import my_lookups
from verification.services.publish_log import publish_log
from verification.services.trace_leaked_copy import LeakedCopy, TraceResult, trace_leaked_copy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "world")]
ADMINISTRATOR = Caller(kind=Role.NODE_ADMIN, principal_id="7", operator=Operator(name="N-0001", post="", unit=""))
REASON = "12345 平台举报：网上出现证照图片"
LATER = AT + timedelta(seconds=20)


@pytest.fixture
def licence(node: Node, world: World) -> UUID:
    return issued_in_log(node)


@pytest.fixture
def agency_file(licence: UUID) -> bytes:
    """The file of a copy that an officer had made."""
    order = MatterCopyRequest(lookup_id=looked(licence), purpose="投标资格审查存档", days=5)
    made = make_copy_for_matter(caller=counter(), request=order, idempotency_key="copy-0001", at=AT)
    copy_id = UUID(made.body["id"])
    file_made(copy_id)
    file = fetch_agency_copy(caller=counter(), copy_id=copy_id, at=AT)
    assert file is not None
    return file.data


def picture(pdf: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].render(scale=150 / 72).to_pil().convert("RGB")
    finally:
        document.close()


def upper_half(pdf: bytes) -> bytes:
    whole, target = picture(pdf), io.BytesIO()
    whole.crop((0, 0, whole.width, whole.height // 2)).save(target, "JPEG", quality=80)
    return target.getvalue()


def reading(monkeypatch: pytest.MonkeyPatch, found: FoundOnPage) -> None:
    """The reading process finds this, whatever it is given."""
    monkeypatch.setattr(tracing, "read_apart", MagicMock(return_value=found))


def trace(data: bytes) -> TraceResult:
    return trace_leaked_copy(caller=ADMINISTRATOR, data=data, reason=REASON, at=LATER)


def traced(data: bytes) -> LeakedCopy:
    result = trace(data)
    assert result.leaked is not None
    return result.leaked


def recorded(lookup_id: UUID) -> Mapping[str, Any]:
    """What the entry of a look-up commits to."""
    openings = open_openings(Lookup.objects.select_related("detail").get(pk=lookup_id).detail)
    assert openings is not None
    return {name: opening.value for name, opening in openings.items()}


def test_a_picture_of_half_a_page_names_look_up_agency_officer_and_matter(licence: UUID, agency_file: bytes) -> None:
    leaked = traced(upper_half(agency_file))

    row = PurposeCopy.objects.get()
    assert (leaked.trace.copy.lookup_id, leaked.trace.copy.number) == (row.lookup_id, row.number)
    assert Lookup.objects.filter(pk=leaked.trace.copy.lookup_id).exists()
    assert (leaked.trace.copy.maker, leaked.trace.copy.maker_agency) == ("agency", COUNTER_USCC)
    assert leaked.agency_name == "杭州市公共资源交易中心"
    assert leaked.operator == "三号窗口 · 受理岗 · 陈晓"
    assert (leaked.trace.matter_code, leaked.trace.case_number) == (HOME_MATTER, "HZZB202600012")
    assert (leaked.by_mark, leaked.printed_differs) == (True, False)


def test_the_holder_sees_that_a_copy_was_traced_and_why_and_no_officers_name(licence: UUID, agency_file: bytes) -> None:
    leaked = traced(agency_file)

    line = next(
        line for line in my_lookups(caller=holder_caller(owner_of(licence)), at=LATER) if line.outcome == "traced"
    )
    assert line.lookup_id == leaked.trace_id
    assert line.member(Member.PURPOSE) == REASON
    assert line.member(Member.COPY_NUMBER) == leaked.trace.copy.number
    assert line.member(Member.AGENCY_NAME) == "浙江省电子证照平台"
    assert line.fields == ()
    assert Member.OPERATOR_NAME not in line.opened
    assert recorded(leaked.trace_id)[Member.OPERATOR_NAME] == "N-0001"
    assert recorded(leaked.trace_id)[Member.CALLER] == Lookup.objects.get(pk=leaked.trace_id).caller == "node_admin:7"
    leaf = bytes(LogEntry.objects.get(lookup=leaked.trace_id).leaf)
    assert parse_entry(leaf).kind is EntryKind.LOOKUP_TRACED


def test_a_file_whose_background_was_removed_is_traced_by_its_printed_number(
    licence: UUID, agency_file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = PurposeCopy.objects.get().number
    found = FoundOnPage(mark=None, printed=("0000-0000-0000", number))
    reading(monkeypatch, found)

    leaked = traced(b"")
    assert (leaked.by_mark, leaked.trace.copy.number) == (False, number)


def test_a_file_that_prints_the_numbers_of_several_copies_names_none_of_them(
    licence: UUID, agency_file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever took the background away could print another's number above the own one."""
    other = ordered(licence)
    reading(monkeypatch, FoundOnPage(mark=None, printed=(other.number, PurposeCopy.objects.earliest("pk").number)))

    with pytest.raises(PictureError) as refused:
        trace(b"")
    assert refused.value.code == "image.several_marks"
    assert Lookup.objects.get(outcome="traced").code == "image.several_marks"


def test_the_mark_goes_before_a_printed_number_that_was_changed(
    licence: UUID, agency_file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = PurposeCopy.objects.get()
    found = FoundOnPage(mark=row.mark, printed=("0000-0000-0000",))
    reading(monkeypatch, found)

    leaked = traced(b"")
    assert (leaked.trace.copy.number, leaked.printed_differs) == (row.number, True)


def test_a_mark_that_was_never_given_is_not_replaced_by_a_printed_number(
    licence: UUID, agency_file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = PurposeCopy.objects.get()
    found = FoundOnPage(mark=row.mark ^ 1, printed=(row.number,))
    reading(monkeypatch, found)

    result = trace(b"")
    assert (result.readable, result.leaked) == (True, None)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (FoundOnPage(mark=4711, printed=()), "trace.unknown"),
        (FoundOnPage(mark=None, printed=("0000-0000-0000",)), "trace.unknown"),
        (FoundOnPage(mark=None, printed=()), "trace.unreadable"),
        (PictureError("image.format", "no picture"), "image.format"),
    ],
)
def test_a_trace_that_leads_nowhere_is_recorded_with_who_traced_and_in_nobodys_list(
    licence: UUID, found: FoundOnPage | PictureError, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = MagicMock(side_effect=[found])
    monkeypatch.setattr(tracing, "read_apart", read)
    try:
        assert trace(b"").leaked is None
    except PictureError as refused:
        assert refused is found  # noqa: PT017  # the record is what is looked at

    row = Lookup.objects.get(outcome="traced")
    assert (row.code, row.caller, row.subjects.count()) == (code, "node_admin:7", 0)
    assert recorded(row.pk)[Member.OPERATOR_NAME] == "N-0001"
    assert recorded(row.pk)[Member.PURPOSE] == REASON
    assert parse_entry(bytes(LogEntry.objects.get(lookup=row.pk).leaf)).kind is EntryKind.LOOKUP_TRACED
    assert my_lookups(caller=holder_caller(owner_of(licence)), at=LATER) == ()


def test_nobody_traces_but_an_administrator_of_the_node(licence: UUID) -> None:
    for caller in (counter(), holder_caller(owner_of(licence))):
        with pytest.raises(NotPermitted):
            trace_leaked_copy(caller=caller, data=b"", reason=REASON, at=LATER)
    assert not Lookup.objects.filter(outcome="traced").exists()


def test_an_operator_is_an_active_administrator_of_the_node() -> None:
    user = User.objects.create(username="root.admin", role=Role.NODE_ADMIN, staff_number="N-0001")
    caller = administrator_caller(username="root.admin")
    assert (caller.kind, caller.principal_id) == (Role.NODE_ADMIN, str(user.pk))
    assert caller.operator is not None
    assert caller.operator.name == "N-0001"

    User.objects.create(username="auditor", role=Role.AUDITOR)
    User.objects.filter(pk=user.pk).update(is_active=False)
    for name in ("root.admin", "auditor", "nobody"):
        with pytest.raises(AuthenticationFailed) as refused:
            administrator_caller(username=name)
        assert refused.value.code == "auth.administrator"


def test_a_holders_own_copy_and_one_of_an_erased_holder_are_traced(node: Node, licence: UUID) -> None:
    file = copy_file(licence)

    assert traced(file).trace.copy.maker == "holder"
    erase_holder(holder_id=owner_of(licence), at=AT)
    leaked = traced(file)
    assert (leaked.trace.purpose, leaked.trace.recipient, leaked.operator) == ("", "", "")
    assert leaked.trace.copy.lookup_id == PurposeCopy.objects.get().lookup_id


def test_what_is_no_picture_is_refused_by_the_reading_process(licence: UUID) -> None:
    for data, code in ((b"GIF89a" + bytes(20), "image.format"), (b"%PDF-1.7 nothing", "image.damaged")):
        with pytest.raises(PictureError) as refused:
            trace(data)
        assert refused.value.code == code


def command(*words: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("trace_copy", *words, "--operator", "root.admin", stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_the_command_tells_found_unknown_unreadable_and_refused(
    licence: UUID, agency_file: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaked, blank, text = tmp_path / "leaked.jpg", tmp_path / "blank.png", tmp_path / "note.txt"
    leaked.write_bytes(upper_half(agency_file))
    publish_log(at=AT)  # the command goes by the clock: what waits since then would be a stalled log
    Image.new("L", (400, 400), 255).save(blank)
    text.write_text("nothing")
    row = PurposeCopy.objects.get()

    with pytest.raises(CommandError, match=r"auth\.administrator"):
        command(str(leaked))
    User.objects.create(username="root.admin", role=Role.NODE_ADMIN, staff_number="N-0001")
    status, told = command(str(leaked), "--reason", REASON)
    assert status == 0
    assert f"look-up: {row.lookup_id}\n" in told
    assert f"asked for by: agency {COUNTER_USCC} 杭州市公共资源交易中心\n" in told

    status, told = command(str(blank))
    assert (status, "trace.unreadable" in told) == (3, True)
    with pytest.raises(CommandError, match=r"image\.format"):
        command(str(text))
    with pytest.raises(CommandError, match="cannot be read"):
        command(str(tmp_path / "none.png"))
    with pytest.raises(CommandError, match="one line"):
        command(str(leaked), "--reason", "两\n行")

    reading(monkeypatch, FoundOnPage(mark=row.mark ^ 1, printed=()))
    status, told = command(str(leaked))
    assert (status, "trace.unknown" in told) == (2, True)


@pytest.mark.parametrize("words", [(), ("leaked.jpg", "--reason", ""), ("leaked.jpg", "--unknown")])
def test_misuse_never_looks_like_a_mark_that_was_never_given(words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "trace_copy", *words])
    assert ended.value.code == 64
