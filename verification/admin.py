"""Administration pages of policies, trust and the log: rules change by new versions, evidence is only read, openings stay closed."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.admin import READS_EVIDENCE, AddingAdmin, ReadOnlyAdmin
from accounts.admin_forms import ServiceForm
from accounts.core.errors import AccountsError
from certificates.core.errors import CertificatesError
from verification.core.errors import VerificationError
from verification.models import (
    AgencyKeyBundle,
    Checkpoint,
    Cosignature,
    FetchedAgencyKeys,
    FetchedStatusList,
    JournalHour,
    LoadedTrustList,
    LogEntry,
    LogLeaf,
    Lookup,
    Matter,
    PurposeRules,
    RecognitionRule,
    UsageRule,
    WitnessedLog,
)
from verification.services.change_policy import PolicyTable, change_policy
from verification.services.end_rule import end_rule


class PolicyForm(ServiceForm):
    """One line of the policies, written as in a policies file."""

    refusals = (AccountsError, CertificatesError, VerificationError)
    table: ClassVar[PolicyTable]
    columns: ClassVar[tuple[str, ...]]

    def act(self, data: dict[str, Any]) -> int:
        """This will put the line into force as a new version."""
        return change_policy(table=self.table, row=self.row())

    def row(self) -> dict[str, Any]:
        """This will give the line: what was typed, and what the row was entered under."""
        return {name: getattr(self.instance, name) for name in self.columns}


class UsageRuleForm(PolicyForm):
    """One line of the usage list."""

    table = PolicyTable.USAGE
    columns = ("type_code", "relying_region", "agency_uscc", "matter_code", "fields", "past_dates", "copies")


class RecognitionRuleForm(PolicyForm):
    """One recognition rule."""

    table = PolicyTable.RECOGNITION
    columns = ("type_code", "issuing_region", "matter_code", "required", "presence_required")


class PurposeRulesForm(PolicyForm):
    """The rules for stated purposes, as one JSON object."""

    table = PolicyTable.PURPOSE

    def row(self) -> dict[str, Any]:
        """This will give the object typed."""
        rules = self.instance.rules
        return dict(rules) if isinstance(rules, dict) else {"rules": rules}


class MatterForm(PolicyForm):
    """One matter."""

    table = PolicyTable.MATTERS

    def row(self) -> dict[str, Any]:
        """This will give the matter with its days as text; a matter without a last day has no such member."""
        matter = self.instance
        names = ("code", "name_zh", "name_en", "case_pattern", "case_example", "past_days")
        row = {name: getattr(matter, name) for name in names}
        row |= {"agency": matter.agency_uscc, "in_force_from": matter.in_force_from.isoformat()}
        return row | ({"in_force_to": matter.in_force_to.isoformat()} if matter.in_force_to else {})


class RuleAdmin(AddingAdmin):
    """Versioned rules: saving makes the next version, old versions stay to be read."""

    seen_by = READS_EVIDENCE
    table: ClassVar[PolicyTable]
    actions = ("end_rules",)
    list_filter = ("is_active",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """This will let only the version in force be changed."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_active)

    @admin.action(description=gettext_lazy("停用所选规则"), permissions=["change"])
    def end_rules(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """This will take the chosen rules out of use."""
        for number in queryset.values_list("pk", flat=True):
            end_rule(table=self.table, rule_id=number)


@admin.register(UsageRule)
class UsageRuleAdmin(RuleAdmin):
    """The usage list 用证清单 of this node's licences."""

    form = add_form = UsageRuleForm
    table = PolicyTable.USAGE
    add_fields = ("type_code", "relying_region", "agency_uscc", "matter_code", "fields", "past_dates", "copies")
    fields = (*add_fields, "version", "is_active")
    changeable = ("fields", "past_dates", "copies")
    list_display = ("type_code", "relying_region", "agency_uscc", "matter_code", "version", "is_active")
    search_fields = ("type_code", "matter_code", "agency_uscc")


@admin.register(RecognitionRule)
class RecognitionRuleAdmin(RuleAdmin):
    """What counts here for which matter."""

    form = add_form = RecognitionRuleForm
    table = PolicyTable.RECOGNITION
    add_fields = ("type_code", "issuing_region", "matter_code", "required", "presence_required")
    fields = (*add_fields, "version", "is_active")
    changeable = ("required", "presence_required")
    list_display = ("type_code", "issuing_region", "matter_code", "presence_required", "version", "is_active")
    search_fields = ("type_code", "matter_code")


@admin.register(PurposeRules)
class PurposeRulesAdmin(RuleAdmin):
    """What counts as a stated reason."""

    form = add_form = PurposeRulesForm
    table = PolicyTable.PURPOSE
    add_fields = ("rules",)
    fields = ("rules", "version", "is_active")
    changeable = ("rules",)
    list_display = ("version", "is_active")


@admin.register(Matter)
class MatterAdmin(AddingAdmin):
    """Matters of this region's agencies; a matter ends by its last day."""

    seen_by = READS_EVIDENCE
    form = add_form = MatterForm
    fields = (
        "code",
        "agency_uscc",
        "name_zh",
        "name_en",
        "in_force_from",
        "in_force_to",
        "case_pattern",
        "case_example",
        "past_days",
    )
    add_fields = fields
    changeable = fields[2:]
    list_display = ("name_zh", "code", "agency_uscc", "in_force_from", "in_force_to")
    search_fields = ("code", "name_zh", "name_en", "agency_uscc")


class EvidenceAdmin(ReadOnlyAdmin):
    """Evidence: for administrators and auditors to read, for nobody to change."""

    seen_by = READS_EVIDENCE
    show_full_result_count = False  # these tables grow for years

    @admin.display(description="SHA-256")
    def leaf_hash_hex(self, obj: Any) -> str:
        """This will give a leaf's hash as /log/proof takes it."""
        return bytes(obj.leaf_hash).hex()

    @admin.display(description="root")
    def root_hex(self, obj: Any) -> str:
        """This will give the root of a tree in hexadecimal."""
        return bytes(obj.root).hex()


@admin.register(LoadedTrustList)
class LoadedTrustListAdmin(EvidenceAdmin):
    """The trust lists taken into use; `manage.py load_trust_list` takes a new one."""

    fields = ("version", "expires_at", "loaded_at", "document")
    list_display = ("version", "expires_at", "loaded_at")


@admin.register(Lookup)
class LookupAdmin(EvidenceAdmin):
    """That a look happened, by whom and how it ended: not whose licence, not what was shown."""

    fields = ("id", "side", "caller", "outcome", "code", "completes", "at")
    list_display = ("at", "side", "caller", "outcome", "code", "id")
    list_filter = ("side", "outcome")
    raw_id_fields = ("completes",)
    search_fields = ("id", "caller", "code")


@admin.register(LogEntry)
class LogEntryAdmin(EvidenceAdmin):
    """The leaves' hashes and what they belong to."""

    fields = ("id", "leaf_hash_hex", "lookup", "event_id", "log_index", "at")
    list_display = ("id", "log_index", "at", "lookup", "event_id", "leaf_hash_hex")
    list_select_related = ("log_leaf", "lookup")
    search_fields = ("lookup__id",)

    @admin.display(description="log index")
    def log_index(self, obj: LogEntry) -> int | None:
        """This will give the entry's place in the tree, or nothing while it waits."""
        leaf = getattr(obj, "log_leaf", None)
        return None if leaf is None else int(leaf.index)


@admin.register(LogLeaf)
class LogLeafAdmin(EvidenceAdmin):
    """The tree's leaves in order."""

    fields = ("index", "entry", "leaf_hash_hex")
    list_display = ("index", "entry", "leaf_hash_hex")


@admin.register(Checkpoint)
class CheckpointAdmin(EvidenceAdmin):
    """Signed heads of this node's log."""

    fields = ("size", "root_hex", "note", "at")
    list_display = ("size", "at", "root_hex")


@admin.register(Cosignature)
class CosignatureAdmin(EvidenceAdmin):
    """Witnesses' signatures over our checkpoints."""

    fields = ("checkpoint", "witness", "line", "at")
    list_display = ("checkpoint", "witness", "at")
    list_filter = ("witness",)


@admin.register(JournalHour)
class JournalHourAdmin(EvidenceAdmin):
    """How many calls were refused unheard in an hour."""

    fields = ("hour", "counts", "entry")
    list_display = ("hour", "counts", "entry")


@admin.register(WitnessedLog)
class WitnessedLogAdmin(EvidenceAdmin):
    """Peers' logs that this node witnesses."""

    fields = ("origin", "size", "root_hex", "note", "at")
    list_display = ("origin", "size", "at")


@admin.register(FetchedStatusList)
class FetchedStatusListAdmin(EvidenceAdmin):
    """Status lists fetched from peers."""

    fields = ("region_code", "uri", "iat", "token", "fetched_at", "wanted_at")
    list_display = ("region_code", "uri", "iat", "fetched_at", "wanted_at")


@admin.register(FetchedAgencyKeys)
class FetchedAgencyKeysAdmin(EvidenceAdmin):
    """Agency-key bundles fetched from peers."""

    fields = ("region_code", "version", "bundle", "fetched_at")
    list_display = ("region_code", "version", "fetched_at")


@admin.register(AgencyKeyBundle)
class AgencyKeyBundleAdmin(EvidenceAdmin):
    """This region's published agency-key bundles."""

    fields = ("version", "content_digest", "bundle", "expires_at", "at")
    list_display = ("version", "expires_at", "at")
