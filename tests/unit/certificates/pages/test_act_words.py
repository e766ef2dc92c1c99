"""Whatever reason can be given for an act has a wording, and nothing else is offered."""

from certificates.core.act_reasons import MASS_REASONS, REASONS
from certificates.core.certificate_states import Act
from certificates.pages.act_words import REASON_WORDS


def test_every_reason_for_what_an_officer_does_has_its_words() -> None:
    for act, words in REASON_WORDS.items():
        assert set(words) == set(REASONS[act])
    assert set(REASONS) - set(REASON_WORDS) == {Act.SUPERSEDE}  # nobody chooses that one: a correction brings it


def test_what_ends_many_can_end_one() -> None:
    assert set(MASS_REASONS) < set(REASONS[Act.REVOKE])
