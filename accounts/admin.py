"""Administration pages: who may open them, and the accounts of a node.

What each role sees is decided here by the role alone; Django's own permissions, groups and superusers decide nothing.
"""

import base64
from typing import TYPE_CHECKING, Any, ClassVar

import axes.admin  # noqa: F401  # registers the pages that are taken out below, whatever stands first in INSTALLED_APPS
import django.contrib.auth.admin  # noqa: F401  # likewise
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from accounts.admin_forms import (
    ChangedAgency,
    ConfirmedMembership,
    EndedApiClientKey,
    EndedMembership,
    NewAgency,
    NewApiClient,
    NewApiClientKey,
    NewMembership,
    NewUser,
    ServiceForm,
)
from accounts.core.permissions import OPENED_ON_MACHINE, PERMITTED, Action, Role
from accounts.models import Agency, ApiClient, ApiClientKey, Membership, User

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

RUNS = frozenset({Action.MANAGE_NODE})
READS_EVIDENCE = frozenset({Action.MANAGE_NODE, Action.AUDIT})


def actions_of(request: HttpRequest) -> frozenset[Action]:
    """This will give what the signed-in user's role allows on these pages; nothing unless the account is active staff."""
    user = request.user
    return PERMITTED[Role(user.role)] if isinstance(user, User) and user.is_active and user.is_staff else frozenset()


def may_open(request: HttpRequest) -> bool:
    """This will let administrators of the node and auditors in."""
    return bool(actions_of(request) & READS_EVIDENCE)


def sign_in_first(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """This will send strangers to the node's one sign-in page, where failures are counted, and refuse everybody else."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("accounts:sign_in"))


admin.site.login = sign_in_first  # type: ignore[method-assign]  # Django's own form would pass by the count
admin.site.has_permission = may_open  # type: ignore[method-assign]
admin.site.site_header = gettext_lazy("互证 · 节点管理")
admin.site.site_title = gettext_lazy("互证 · 节点管理")
admin.site.index_title = gettext_lazy("机构、人员、规则与记录；不显示任何证照内容")


class RoleAdmin(ModelAdmin):
    """Pages of one table, opened by role. Nothing is ever deleted unless a table says so."""

    seen_by: ClassVar[frozenset[Action]] = RUNS
    may_add: ClassVar[bool] = False
    may_change: ClassVar[bool] = False
    may_delete: ClassVar[bool] = False

    # What Django asks before it shows or does anything: the role and the table answer.

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actions_of(request) & self.seen_by)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and bool(actions_of(request) & RUNS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and bool(actions_of(request) & RUNS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and bool(actions_of(request) & RUNS)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """This will take over the row that a service made or changed while the form was checked, or save the plain columns."""
        if isinstance(form, ServiceForm):
            obj.pk = form.saved_pk
        else:
            super().save_model(request, obj, form, change)


class ReadOnlyAdmin(RoleAdmin):
    """Pages that only show: every column shown is named in `fields`."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(str(name) for name in self.fields or ())


class AddingAdmin(RoleAdmin):
    """Pages of a table whose rows are made by a service; only `changeable` columns change afterwards."""

    may_add = True
    may_change = True
    add_form: ClassVar[type[ServiceForm]]
    add_fields: ClassVar[tuple[str, ...]]
    changeable: ClassVar[tuple[str, ...]]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = self.add_form
        made = super().get_form(request, obj, change, **kwargs)  # a new class for each request
        made.actor_id = request.user.pk  # type: ignore[attr-defined]  # every form here is a ServiceForm or ignores it
        return made

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.add_fields if obj is None else tuple(str(name) for name in self.fields or ())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else tuple(str(name) for name in self.fields or () if name not in self.changeable)


@admin.register(Agency)
class AgencyAdmin(AddingAdmin):
    """Issuing and relying bodies. Code and name stand in X.509 certificates and log entries, so they stay."""

    form = ChangedAgency
    add_form = NewAgency
    add_fields = ("uscc", "name_zh", "name_en", "region_code", "seal_number", "issues", "relies")
    fields = (*add_fields, "is_active", "own_seal", "seal_file", "drop_seal")
    changeable = ("seal_number", "issues", "relies", "is_active", "seal_file", "drop_seal")
    list_display = ("name_zh", "uscc", "region_code", "issues", "relies", "is_active")
    list_filter = ("is_active", "issues", "relies")
    search_fields = ("uscc", "name_zh", "name_en")

    @admin.display(description=gettext_lazy("上传的印章图形"))
    def own_seal(self, obj: Agency) -> str:
        """This will show the picture that the agency handed in."""
        if not obj.seal_image:
            return "—"
        mime = "svg+xml" if bytes(obj.seal_image).startswith(b"<svg") else "png"
        picture = base64.b64encode(bytes(obj.seal_image)).decode("ascii")
        return format_html('<img src="data:image/{};base64,{}" width="160" alt="">', mime, picture)


@admin.register(User)
class AccountAdmin(AddingAdmin):
    """Accounts of officers and auditors are opened here, with a password for the first sign-in only.

    Holders' accounts are not (`manage.py open_holder_account`), nor administrators' (`manage.py create_user`), and nobody's password is set
    anew: who sets it could look as its owner. A role and what it belongs to never change: close the account and open another.
    """

    add_form = NewUser
    add_fields = ("username", "role", "agency", "staff_number", "post", "unit", "password1", "password2")
    _known = ("username", "role", "agency", "holder", "is_staff", "last_login", "date_joined")
    fields = (*_known[:4], "staff_number", "post", "unit", "is_active", *_known[4:])
    changeable = ("staff_number", "post", "unit", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # The staff number tells administrators apart where two of them must agree.
        own = ("staff_number",) if isinstance(obj, User) and Role(obj.role) in OPENED_ON_MACHINE else ()
        return (*super().get_readonly_fields(request, obj), *own)

    list_display = ("username", "role", "agency", "unit", "post", "is_active")
    list_filter = ("role", "is_active")
    search_fields = ("username", "staff_number", "agency__uscc", "agency__name_zh")
    ordering = ("username",)


@admin.register(ApiClient)
class ApiClientAdmin(AddingAdmin):
    """Agencies' systems; closing one ends its tokens at once."""

    add_form = NewApiClient
    add_fields = ("client_id", "agency", "keys", "scopes")
    fields = ("client_id", "agency", "scopes", "created_at", "is_active")
    changeable = ("is_active",)
    list_display = ("client_id", "agency", "is_active", "created_at")
    list_filter = ("is_active",)
    search_fields = ("client_id", "agency__uscc", "agency__name_zh")


@admin.register(ApiClientKey)
class ApiClientKeyAdmin(AddingAdmin):
    """Keys of agencies' systems: several at a time, each from its first moment up to its last."""

    form = EndedApiClientKey
    add_form = NewApiClientKey
    add_fields = ("client", "keys", "from_at", "to_at")
    fields = ("client", "kid", "suite", "public_jwk", "from_at", "to_at", "created_at")
    changeable = ("to_at",)
    list_display = ("kid", "client", "suite", "from_at", "to_at")
    list_filter = ("suite",)
    search_fields = ("kid", "client__client_id")


@admin.register(Membership)
class MembershipAdmin(AddingAdmin):
    """Who may act for which firm, once a second administrator agreed: holders appear by number only."""

    form = EndedMembership
    add_form = NewMembership
    add_fields = ("person", "firm", "capacity", "from_date", "to_date")
    _agreed = ("recorded_by", "recorded_at", "confirmed_by", "confirmed_at")
    fields = (*add_fields, *_agreed)
    changeable = ("to_date",)
    raw_id_fields = ("person", "firm")
    list_display = ("__str__", "capacity", "from_date", "to_date", "recorded_by", "confirmed_by")
    list_filter = (("confirmed_at", admin.EmptyFieldListFilter),)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if self._waits(obj):
            kwargs["form"] = ConfirmedMembership
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.fields, "agreed", "seen") if self._waits(obj) else super().get_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fields if self._waits(obj) else super().get_readonly_fields(request, obj)

    @staticmethod
    def _waits(obj: Any) -> bool:
        return isinstance(obj, Membership) and obj.confirmed_at is None


class LockoutAdmin(ReadOnlyAdmin):
    """Failed sign-ins being counted; deleting a row lets the account try again at once."""

    may_delete = True
    fields = ("username", "attempt_time", "failures_since_start")
    list_display = ("username", "attempt_time", "failures_since_start")
    search_fields = ("username",)


# Roles replace groups; of the sign-in records only the running counts are needed here.
admin.site.unregister([Group, AccessAttempt, AccessFailureLog, AccessLog])
admin.site.register(AccessAttempt, LockoutAdmin)
