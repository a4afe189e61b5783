"""正在进行的特别程序，对申请人怎么说：是什么、为什么、到哪天、计不计入办理期限，告知书在哪里。"""

from typing import Any

from django.utils.translation import gettext_lazy

from approvals import rules
from approvals.models import Case, Publication

SHOWN = {
    "申请人": gettext_lazy("申请人"),
    "家庭成员数": gettext_lazy("家庭成员数"),
    "拟保障金额": gettext_lazy("拟保障金额"),
    "拟公示的结果": gettext_lazy("拟公示的结果"),
}


def running_procedures(case: Case) -> list[Any]:
    """没有就不问库。"""
    if not case.procedures_running:
        return []
    return list(
        case.procedures.running().select_related("clock", "publication", "hearing", "inspection").order_by("pk")
    )


def published(publication: Publication) -> list[tuple[Any, str]]:
    """公示的几行，栏名换成读的人的语言。"""
    return [(SHOWN[label], value) for label, value in rules.publication_lines(publication)]
