"""为什么不予受理：依据和报告上的几栏。"""

from django.db import models
from django.db.models import Q

from approvals.states import NotAccepting

# 不归本机关的，要写明归谁、在哪里、电话(行政许可法第三十二条第一款第二项)
NAMES_THE_COMPETENT = ~Q(not_accepting=NotAccepting.NOT_OURS) | ~Q(
    Q(competent="") | Q(competent_address="") | Q(competent_phone="")
)


class NotAcceptedFor(models.Model):
    """受理以前说“不”的写明是哪一种；受理以后的空着。"""

    not_accepting = models.CharField(
        "不予受理的种类", max_length=10, choices=NotAccepting.choices, blank=True, db_default=""
    )
    competent = models.CharField("应当去哪个机关", max_length=120, blank=True, db_default="")
    competent_address = models.CharField("那个机关的地址", max_length=120, blank=True, db_default="")
    competent_phone = models.CharField("那个机关的电话", max_length=60, blank=True, db_default="")

    class Meta:
        abstract = True
