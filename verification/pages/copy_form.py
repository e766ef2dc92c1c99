"""What is filled in for a purpose copy 加注件: for whom, what for, for how long."""

import uuid
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.core.copy_claims import MAX_PURPOSE_CHARS, MAX_RECIPIENT_CHARS

_USUAL_DAYS: Final = 7
_FIELDS: Final = ("recipient", "purpose", "days")


def field_of(code: str) -> str | None:
    """This will name the field that a refusal is about, or give None where it is about none of them."""
    if code.startswith("purpose."):
        return "purpose"
    return next((name for name in _FIELDS if code == f"copy.{name}"), None)


class CopyForm(forms.Form):
    """This will take the terms of a copy."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
    recipient = forms.CharField(
        label=gettext_lazy("给谁用"),
        help_text=gettext_lazy("写单位或个人的全称。会印在加注件上，别人拿到也不能用。"),
        max_length=MAX_RECIPIENT_CHARS,
    )
    purpose = forms.CharField(
        label=gettext_lazy("用来做什么"),
        help_text=gettext_lazy("写明是哪一件事，例如“城东污水处理厂扩建工程投标”。"),
        max_length=MAX_PURPOSE_CHARS,
    )

    def __init__(self, *args: Any, most_days: int, **kwargs: Any) -> None:
        """This will give a new form the key under which a repeat of it gets the first answer."""
        kwargs.setdefault("initial", {"idempotency_key": uuid.uuid4(), "days": min(most_days, _USUAL_DAYS)})
        super().__init__(*args, **kwargs)
        self.fields["days"] = forms.IntegerField(
            label=gettext_lazy("有效几天"),
            help_text=_("最多 %(days)d 天，也不会超过证照本身的有效期。") % {"days": most_days},
            min_value=1,
            max_value=most_days,
        )
        for shown in self.fields.values():
            shown.error_messages.update(
                required=_("请填写这一项。"),
                invalid=_("格式不正确。"),
                min_value=_("至少 1 天。"),
                max_value=_("超过允许的天数。"),
            )

    def start_again(self) -> None:
        """This will give the form a new key: what was refused may be corrected and sent as another request."""
        assert isinstance(self.data, QueryDict)
        again = self.data.copy()
        again["idempotency_key"] = str(uuid.uuid4())
        self.data = again
