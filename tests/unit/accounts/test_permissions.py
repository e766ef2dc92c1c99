"""The whole truth table of roles and actions, written out a second time by hand."""

import pytest

from accounts.core.caller import Caller, Operator
from accounts.core.errors import NotPermitted
from accounts.core.permissions import PERMITTED, SCOPE_OF, Action, Role, Scope, may, require

TRUTH = {
    "holder": "present see_own",
    "issuing_officer": "issue revoke read_metadata",
    "counter_officer": "verify read_metadata",
    "agency_admin": "manage_agency mass_revoke read_metadata",
    "node_admin": "manage_node mass_revoke",
    "auditor": "audit",
    "agency_system": "issue revoke verify read_metadata",
}


def caller(role: Role, *scopes: str) -> Caller:
    return Caller(kind=role, principal_id="p", scopes=frozenset(scopes))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(Action))
def test_each_role_may_do_exactly_what_its_row_says(role: Role, action: Action) -> None:
    asking = caller(role, *(scope.value for scope in Scope))
    if action.value in TRUTH[role.value].split():
        assert may(asking, action)
        require(asking, action)
    else:
        assert not may(asking, action)
        with pytest.raises(NotPermitted) as raised:
            require(asking, action)
        assert raised.value.code == "permission.denied"


def test_every_role_has_a_row() -> None:
    assert set(PERMITTED) == set(Role)


@pytest.mark.parametrize("role", [Role.NODE_ADMIN, Role.AUDITOR, Role.AGENCY_ADMIN])
def test_nobody_who_runs_or_audits_a_node_can_look_at_a_licence(role: Role) -> None:
    assert not PERMITTED[role] & {Action.VERIFY, Action.SEE_OWN, Action.PRESENT, Action.ISSUE}


def test_refuses_a_system_outside_its_scopes() -> None:
    system = caller(Role.AGENCY_SYSTEM, "verifications:write")
    assert may(system, Action.VERIFY)
    with pytest.raises(NotPermitted) as raised:
        require(system, Action.ISSUE)
    assert raised.value.code == "scope.missing"
    with pytest.raises(NotPermitted) as raised:
        require(system, Action.PRESENT)
    assert raised.value.code == "permission.denied"


@pytest.mark.parametrize("action", sorted(PERMITTED[Role.AGENCY_SYSTEM]))
@pytest.mark.parametrize("scope", list(Scope))
def test_one_scope_is_good_for_one_action(action: Action, scope: Scope) -> None:
    assert may(caller(Role.AGENCY_SYSTEM, scope.value), action) == (SCOPE_OF[action] is scope)


def test_scopes_never_widen_a_role() -> None:
    assert not may(caller(Role.AGENCY_SYSTEM, "audit", *Scope), Action.AUDIT)
    assert not may(caller(Role.COUNTER_OFFICER, "certificates:issue"), Action.ISSUE)


def test_an_operators_name_stays_out_of_reprs() -> None:
    operator = Operator(name="王小明", post="窗口", unit="政务服务中心")
    asking = Caller(kind=Role.COUNTER_OFFICER, principal_id="p", operator=operator)
    assert "王小明" not in repr(asking)
