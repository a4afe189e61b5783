"""正在进行的特别程序，对申请人怎么说：是什么、为什么、到哪天、计不计入办理期限，告知书在哪里。"""

from typing import Any

from approvals.models import Case


def running_procedures(case: Case) -> list[Any]:
    """没有就不问库。"""
    if not case.procedures_running:
        return []
    return list(case.procedures.running().select_related("clock", "publication", "hearing").order_by("pk"))
