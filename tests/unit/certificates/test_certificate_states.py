"""The table of states is the whole of what can happen to a certificate."""

import pytest

from certificates.core.certificate_states import TRANSITIONS, Act, standing_after, transition
from certificates.core.errors import IssueError
from certificates.core.status_list import Status

STATES = ("intent", "valid", "suspended", "revoked", "superseded", "failed")
LEADS = {
    ("valid", Act.SUSPEND): "suspended",
    ("suspended", Act.REINSTATE): "valid",
    ("valid", Act.REVOKE): "revoked",
    ("suspended", Act.REVOKE): "revoked",
    ("valid", Act.SUPERSEDE): "superseded",
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", Act)
def test_every_act_from_every_state_leads_where_the_table_says_or_is_refused(state: str, act: Act) -> None:
    if (state, act) in LEADS:
        assert transition(state=state, act=act).state == LEADS[state, act]
        return
    with pytest.raises(IssueError) as refused:
        transition(state=state, act=act)
    assert refused.value.code == "issue.state"


def test_only_a_valid_state_is_published_as_valid() -> None:
    for step in TRANSITIONS.values():
        assert (step.status is Status.VALID) == (step.state == "valid")


def test_nothing_leads_out_of_an_end() -> None:
    ends = {step.state for step in TRANSITIONS.values()} - {state for state, _ in TRANSITIONS}
    assert ends == {"revoked", "superseded"}


@pytest.mark.parametrize(
    ("events", "state"),
    [
        (("issued",), "valid"),
        (("issued", "suspended"), "suspended"),
        (("issued", "suspended", "reinstated"), "valid"),
        (("issued", "suspended", "revoked"), "revoked"),
        (("issued", "superseded"), "superseded"),
        (("issued", "revoked", "reinstated"), "revoked"),
        (("revoked", "issued"), "revoked"),
    ],
)
def test_the_events_of_a_certificate_tell_its_state_and_an_ending_one_is_final(
    events: tuple[str, ...], state: str
) -> None:
    led = standing_after([f"event.{event}" for event in events])
    assert led is not None
    assert led.state == state


def test_no_event_leads_nowhere() -> None:
    assert standing_after([]) is None
    assert standing_after(["event.unheard_of"]) is None
