"""What an administrator chooses for a mass revocation; at least one thing must narrow the choice."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.core.caller import Caller
from accounts.core.permissions import Role
from accounts.pages.wording import in_language
from certificates.core.act_reasons import MASS_REASONS
from certificates.core.certificate_states import Act
from certificates.core.mass_revocation import MassSelection
from certificates.pages.act_words import REASON_WORDS
from certificates.queries.licence_types import licence_types

REASONS: Final = tuple((code, REASON_WORDS[Act.REVOKE][code]) for code in MASS_REASONS)
_DAY = {"type": "date"}


class MassForm(forms.Form):
    """This will take the choice, the reason and, when it is asked for, the count that the dry run told."""

    agency_uscc = forms.CharField(label=gettext_lazy("机关的统一社会信用代码"), max_length=18)
    type_code = forms.ChoiceField(label=gettext_lazy("证照类型"), required=False)
    issued_from = forms.DateField(
        label=gettext_lazy("签发日期不早于"), required=False, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    issued_until = forms.DateField(
        label=gettext_lazy("签发日期不晚于"), required=False, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    issuer_kid = forms.RegexField(r"^[A-Za-z0-9_-]{11}$", label=gettext_lazy("签发密钥"), required=False, max_length=16)
    reason_code = forms.ChoiceField(label=gettext_lazy("撤销的原因"), choices=REASONS)
    count = forms.IntegerField(required=False, min_value=0, max_value=10**8, widget=forms.HiddenInput)

    def __init__(self, *args: Any, caller: Caller, **kwargs: Any) -> None:
        """This will fix the agency for its own administrator, and offer the node's licence types."""
        super().__init__(*args, **kwargs)
        kinds = ((one.definition.code, one.definition) for one in licence_types())
        offered = [(code, in_language(found.title_zh, found.title_en)) for code, found in kinds]
        self.fields["type_code"].choices = [("", _("所有类型")), *offered]  # type: ignore[attr-defined]
        if caller.kind is not Role.NODE_ADMIN:
            self.fields["agency_uscc"] = forms.CharField(required=False, disabled=True, initial=caller.agency_uscc)
            self.fields["agency_uscc"].widget = forms.HiddenInput()
        for shown in self.fields.values():
            shown.error_messages.update(required=_("请填写这一项。"), invalid=_("格式不正确。"))

    def clean(self) -> dict[str, Any]:
        """This will refuse a choice that nothing narrows, and days in the wrong order."""
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.get(name) for name in ("type_code", "issued_from", "issued_until", "issuer_kid")):
            self.add_error(None, _("请至少选一个条件：类型、日期或密钥。"))
        first, last = cleaned.get("issued_from"), cleaned.get("issued_until")
        if first and last and last < first:
            self.add_error("issued_until", _("截止日期早于开始日期，请核对。"))
        return cleaned

    def selection(self) -> MassSelection:
        """This will give the choice of a valid form."""
        given = self.cleaned_data
        return MassSelection(
            agency_uscc=given["agency_uscc"],
            type_code=given["type_code"],
            issued_from=given["issued_from"],
            issued_until=given["issued_until"],
            issuer_kid=given["issuer_kid"],
        )
