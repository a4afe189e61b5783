"""好差评。"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Q

from approvals.models import Case
from supervision.rules import is_bad
from supervision.states import BAD_SCORES, Score, Tag, TaskState


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, user: Any) -> "RatingQuerySet":
        """看得到办件的人看得到它的评价;审批科看得到本机关各窗口的。"""
        return self.filter(Q(case__in=Case.objects.visible_to(user)) | Q(case__agency__in=agencies_followed_by(user)))

    def for_case(self, case: Case) -> "Rating | None":
        """这件办件的评价;还没有评就是 None。"""
        return self.filter(case=case).first()

    def real(self) -> "RatingQuerySet":
        """群众真正评的,不含默认评价。"""
        return self.filter(by_default=False)

    def counted(self) -> "RatingQuerySet":
        """进入统计的:真正评的,除去核实为误评的。"""
        return self.real().exclude(task__state=TaskState.EXCLUDED)

    def per_unit(self) -> Any:
        """各收件单位的评价数、满意数、差评数,差评里各方面各多少。"""
        bad = Q(score__in=BAD_SCORES)
        blamed = {f"blamed_{tag}": Count("pk", filter=bad & Q(tags__contains=[tag])) for tag in Tag.values}
        return (
            self.values("case__intake_unit__code", "case__intake_unit__name")
            .annotate(total=Count("pk"), satisfied=Count("pk", filter=~bad), bad=Count("pk", filter=bad), **blamed)
            .order_by("case__intake_unit__code")
        )


def agencies_followed_by(user: Any) -> Any:
    """审批科负责人跟进本机关窗口的作风、质量、效率。"""
    return user.units_with("review_denial").filter(kind="approval").values("agency")


class Rating(models.Model):
    """一事一评:一件办件一次,不改不删;误评只在整改任务上记作剔除。"""

    append_only: ClassVar[bool] = True

    case = models.OneToOneField(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="rating")
    score = models.CharField("评价", max_length=9, choices=Score.choices)
    tags = models.JSONField("哪些方面", default=list, blank=True)
    text = models.TextField("评价内容", blank=True)
    anonymous = models.BooleanField("匿名", default=False)
    by_default = models.BooleanField("默认评价", default=False, help_text="逾期未评由平台记的，不算真正的评价。")
    rated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="经谁提交", on_delete=models.PROTECT, related_name="+"
    )
    rated_at = models.DateTimeField("评价时间")

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "好差评"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(score__in=Score.values), name="rating_has_a_known_score"),
            models.CheckConstraint(
                condition=~Q(score__in=BAD_SCORES) | ~Q(tags=[]) | ~Q(text=""), name="bad_rating_says_why"
            ),
            models.CheckConstraint(
                condition=Q(by_default=False) | ~Q(score__in=BAD_SCORES), name="default_rating_is_not_bad"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_score_display())

    @property
    def is_bad(self) -> bool:
        return is_bad(self.score)

    @property
    def tag_labels(self) -> list[str]:
        return [str(Tag(tag).label) for tag in self.tags]
