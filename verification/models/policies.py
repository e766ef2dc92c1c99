"""What a look-up may ask for and what counts here: matters, usage list, recognition rules, rules for purposes."""

from django.db import models
from django.db.models import Q


class Matter(models.Model):
    """A matter (事项) of one agency that a licence may be looked up for, while it is in force."""

    code = models.CharField(max_length=64, unique=True)
    agency_uscc = models.CharField(max_length=18, help_text="whose matter it is: only this agency may look up for it")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True, blank=True, help_text="the last day")
    case_pattern = models.CharField(max_length=200, help_text="regular expression that a whole case number must match")
    case_example = models.CharField(max_length=64, blank=True)
    past_days = models.PositiveIntegerField(
        default=0, blank=True, help_text="how many days back a look may ask how things stood then; 0: not at all"
    )

    class Meta:
        verbose_name = "matter 事项"
        verbose_name_plural = "matters 事项"

    def __str__(self) -> str:
        return f"{self.name_zh} {self.code}"


class UsageRule(models.Model):
    """A line of the usage list (用证清单): which agency may, for which matter, see which fields at which grain."""

    type_code = models.CharField(max_length=21)
    relying_region = models.CharField(max_length=6, default="*")
    agency_uscc = models.CharField(max_length=18, default="*")
    matter_code = models.CharField(max_length=64)
    fields = models.JSONField(help_text='{"field": "masked"}')
    past_dates = models.BooleanField(default=False, help_text="it may also be asked how things stood on a past date")
    copies = models.BooleanField(
        default=False, help_text="copies 加注件 of what a look showed may be made for the case"
    )
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "usage rule 用证清单"
        verbose_name_plural = "usage list 用证清单"
        constraints = [
            models.UniqueConstraint(
                fields=["type_code", "relying_region", "agency_uscc", "matter_code"],
                condition=Q(is_active=True),
                name="usage_rule_once_active",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type_code} {self.relying_region} {self.matter_code}"


class RecognitionRule(models.Model):
    """A line of the recognition rules (互认规则): what counts here for which matter."""

    type_code = models.CharField(max_length=21)
    issuing_region = models.CharField(max_length=6, default="*")
    matter_code = models.CharField(max_length=64)
    required = models.JSONField(help_text='{"field": "masked"}')
    presence_required = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "recognition rule 互认规则"
        verbose_name_plural = "recognition rules 互认规则"
        constraints = [
            models.UniqueConstraint(
                fields=["type_code", "issuing_region", "matter_code"],
                condition=Q(is_active=True),
                name="recognition_rule_once_active",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type_code} {self.issuing_region} {self.matter_code}"


class PurposeRules(models.Model):
    """What counts as a stated reason: placeholders, lengths, copies; the newest active row is in force."""

    rules = models.JSONField()
    version = models.PositiveIntegerField(unique=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "purpose rules 用证事由规则"
        verbose_name_plural = "purpose rules 用证事由规则"

    def __str__(self) -> str:
        return f"version {self.version}"
