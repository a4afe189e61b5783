"""目录的定时任务。"""

from celery import shared_task

from catalog.actions import publishing
from office.workdays import clock


@shared_task(name="catalog.supersede")
def supersede() -> int:
    """每天零点过后:把已被新版接替的指南登记为“已被新版取代”。"""
    return publishing.supersede_outlived(at=clock.now())
