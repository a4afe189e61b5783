"""消息：申请人与经办人在办件里说的话。"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.case import Case

LONGEST = 1000


class MessageQuerySet(models.QuerySet["Message"]):
    def from_applicant(self) -> "MessageQuerySet":
        return self.filter(by_applicant=True)

    def from_office(self) -> "MessageQuerySet":
        return self.filter(by_applicant=False)

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)

    def unheeded(self) -> "MessageQuerySet":
        """申请人发来，没有人看、也没有转成询问的。"""
        return self.from_applicant().unread().filter(enquiry=None)

    def waiting_for(self, user: Any) -> "MessageQuerySet":
        """等这个人那里看的：申请人发来、还没有人看，办件在他那个单位手里。"""
        units = user.unit_keys("take_in") | user.unit_keys("review_case")
        return self.from_applicant().unread().filter(case__unit__in=units)


class Message(models.Model):
    """一条消息：只有字和附件，发了就不改；读了记下谁在何时读的。"""

    forgets = ("text",)

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="messages")
    by_applicant = models.BooleanField("申请人发的")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="谁发的", on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField("内容", max_length=LONGEST)
    sent_at = models.DateTimeField("发送时间")
    enquiry = models.ForeignKey(
        "approvals.Enquiry", verbose_name="转成的询问", on_delete=models.PROTECT, null=True, related_name="messages"
    )
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="谁读的", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办件消息"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="message_says_something"),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by__isnull=True)
                | Q(read_at__isnull=False, read_by__isnull=False),
                name="read_message_says_who_and_when",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "sent_at"], name="message_of_case"),
            models.Index(fields=["case"], condition=Q(by_applicant=True, read_at=None), name="message_unread"),
        ]

    def __str__(self) -> str:
        return self.text[:30]

    @property
    def writer(self) -> str:
        """给工作人员看：申请人不露姓名(页头上遮着)，经办人写名字。"""
        return "申请人" if self.by_applicant else str(self.author.full_name)
