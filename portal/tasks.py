"""Celery 入口:读数据库的时钟,调一个动作。没有参数,重复送达也无妨。"""

from celery import shared_task
from django.conf import settings

from office.workdays import clock
from portal import sweeping
from portal.demonstration import stage


@shared_task
def sweep() -> dict[str, int]:
    """扫一遍到期的期限；演示正在演的，等它演完。"""
    if settings.DEMONSTRATION and stage.playing():
        return {}
    return sweeping.sweep(clock.now())


@shared_task
def empty_trays() -> dict[str, int]:
    """印待印的文书,发待发的通知。"""
    return sweeping.empty_trays(clock.now())


@shared_task
def run_presses() -> dict[str, int]:
    """排印登记了的工作手册。"""
    return sweeping.run_presses(clock.now())


@shared_task
def take_in() -> dict[str, int]:
    """看、导入交来的目录文件。"""
    return sweeping.take_in(clock.now())


@shared_task
def exchange() -> dict[str, int]:
    """与外面的系统交换。"""
    return sweeping.exchange(clock.now())


@shared_task
def roll_up() -> dict[str, int]:
    """一天一次的汇总。"""
    return sweeping.roll_up(clock.now())
