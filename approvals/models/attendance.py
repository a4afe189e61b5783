"""到场：直办类的，申请人到窗口来了，或者到现场看过了（全程受理制：要申请人亲自到场或者办理员现场勘察）。"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.case import Case
from approvals.rules import mask_name
from approvals.states import AttendanceWay
from office.identity import IdentityKind
from office.vault import EncryptedTextField

PERSON = settings.AUTH_USER_MODEL
W = AttendanceWay


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def standing(self) -> "AttendanceQuerySet":
        """没有更正掉的。"""
        return self.filter(dropped_at=None)

    def seen(self) -> "AttendanceQuerySet":
        """人来过了，或者看过了；“受理以后看”的还没有看，不算。"""
        return self.standing().exclude(way=W.LATER)

    def for_case(self, case: Case) -> "AttendanceQuerySet":
        """这一件的；一件事的几件，人来一次就够，别的件上登记的也算。"""
        mine = Q(case=case)
        if case.joint_id:
            mine |= Q(case__joint=case.joint_id, way=W.WINDOW)
        return self.filter(mine)


class Attendance(models.Model):
    """一次到场。登记错了的另登记一次，前一次写明为什么作废，留着。"""

    pii: ClassVar[tuple[str, ...]] = ("id_number",)
    forgets = ("person", "id_number", "relation", "place", "found", "basis", "dropped_why")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="attendances")
    way = models.CharField("怎样到场", max_length=8, choices=W.choices)
    happened_at = models.DateTimeField("到场、现场查看的时间", null=True, blank=True)
    person = models.CharField("到场的人", max_length=60, blank=True)
    id_kind = models.CharField("到场的人证件类型", max_length=12, choices=IdentityKind.choices, blank=True)
    id_number = EncryptedTextField("到场的人证件号码", blank=True)
    relation = models.CharField("与申请人的关系", max_length=40, blank=True, help_text="本人空着。")
    officer_1 = models.ForeignKey(
        PERSON, verbose_name="查看人员甲", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    officer_2 = models.ForeignKey(
        PERSON, verbose_name="查看人员乙", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField("查看地点", max_length=100, blank=True)
    found = models.TextField("看到的情况", blank=True)
    basis = models.CharField("为什么受理以后看", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(PERSON, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField("作废时间", null=True, blank=True)
    dropped_by = models.ForeignKey(
        PERSON, verbose_name="作废人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    dropped_why = models.CharField("为什么作废", max_length=200, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "到场"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(way=W.LATER, happened_at=None) | ~Q(way=W.LATER) & Q(happened_at__isnull=False),
                name="attendance_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(way=W.WINDOW) & Q(id_kind="", person="")
                | Q(way=W.WINDOW) & ~Q(person="") & ~Q(id_kind=""),
                name="attendance_at_the_window_says_who",
            ),
            models.CheckConstraint(
                condition=~Q(way=W.VISIT) & Q(officer_1=None, officer_2=None)
                | Q(way=W.VISIT, officer_1__isnull=False, officer_2__isnull=False)
                & ~Q(officer_1=F("officer_2")) & ~Q(place="") & ~Q(found=""),
                name="two_different_officers_go_and_see",
            ),
            models.CheckConstraint(condition=~Q(way=W.LATER) | ~Q(basis=""), name="seen_later_says_why"),
            models.CheckConstraint(
                condition=Q(dropped_at=None, dropped_by=None, dropped_why="")
                | Q(dropped_at__isnull=False, dropped_by__isnull=False) & ~Q(dropped_why=""),
                name="dropped_attendance_says_why",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case} {self.get_way_display()}"

    @property
    def masked_person(self) -> str:
        """页上的姓名：看完整的要到“查看完整信息”，看一次记一笔。"""
        return mask_name(self.person) if self.person else ""
