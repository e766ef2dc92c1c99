"""Take one rule out of use; without a rule nothing is shown and nothing is recognised."""

from django.db import transaction

from verification.core.errors import PolicyError
from verification.services.change_policy import RULES, PolicyTable


def end_rule(*, table: PolicyTable, rule_id: int) -> None:
    """This will commit that the rule decides no more; its row stays, for the log names it.

    Raises PolicyError `policy.unknown` (no such rule, or a matter: that ends by its own last day).
    """
    with transaction.atomic():
        rules = RULES.get(table)
        ended = rules is not None and rules.filter(pk=rule_id).update(is_active=False)
        if not ended:
            raise PolicyError("policy.unknown", "there is no such rule")
