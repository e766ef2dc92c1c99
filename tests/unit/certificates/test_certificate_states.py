"""The table of states is the whole of what can happen to a certificate."""

import pytest

from certificates.core.certificate_states import TRANSITIONS, Act, transition
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
