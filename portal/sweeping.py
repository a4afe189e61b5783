"""每分钟扫一遍到期的事,每十秒清一次待发的文书和通知。

谁要扫什么,在这里登记一行;扫的顺序就是登记的顺序。
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from approvals.actions import (
    archive_batches,
    archiving,
    calendar_lists,
    consulting,
    decision_notices,
    differences,
    disclosures,
    enquiries,
    expiry,
    finding,
    handing_off,
    joint_course,
    joints,
    leftovers,
    messages,
    outgoing,
    projects,
)
from approvals.actions import contact_deadlines as contacts
from approvals.actions import deadlines as cases
from catalog.actions import intakes, manuals
from catalog.actions import publishing as guides
from delegation.actions import granting as delegations
from denials.actions import deadlines as ladder
from denials.actions import recalls, sheets
from office.exchange import sending
from office.notices import actions as notices
from office.notices import digests
from office.papers import actions as papers
from portal import progress
from portal.manual import tray
from supervision.actions import deadlines as ratings
from supervision.actions import paces

logger = logging.getLogger(__name__)

# (名称, 做什么):收 at=,返回做了几件。
Errand = tuple[str, Callable[..., int]]

SWEEPS: tuple[Errand, ...] = (
    ("办件到期", cases.sweep),
    ("联办到期", joint_course.sweep),
    ("联办后一步收件", joints.begin_next),
    ("征求意见到期", consulting.sweep),
    ("告知监管科室到期", decision_notices.sweep),
    ("双公示到期", disclosures.sweep),
    ("首问到期", contacts.sweep),
    ("询问到期", enquiries.sweep),
    ("转出的没有动静", handing_off.sweep),
    ("没有人看的留言转成询问", messages.sweep),
    ("重点项目协调到期", projects.sweep),
    ("每日摘要", digests.gather),
    ("逐级审定到期", ladder.sweep),
    ("叫回研究到期", recalls.sweep),
    ("日汇总", sheets.roll_up),
    ("移交到期", differences.sweep),
    ("周历备清单", calendar_lists.propose),
    ("差评整改到期", ratings.sweep),
    ("指南换版", guides.supersede_outlived),
    ("委托到期", delegations.sweep),
    ("工作手册到期清除", manuals.expire),
)
TRAYS: tuple[Errand, ...] = (
    ("文书", partial(papers.empty_tray, limit=50)),
    ("通知", partial(notices.deliver, limit=200)),
    ("办件检索词", partial(finding.index, limit=500)),
)

# 要做几分钟的，另走一趟，不耽误文书和通知。
PRESSES: tuple[Errand, ...] = (("工作手册", tray.empty_tray), ("归档包", archiving.make_due))
# 等着看的、确认了的目录导入：人在页面上等，不排在排印后面。
INTAKES: tuple[Errand, ...] = (("目录导入", partial(intakes.empty_tray, tell=progress.tell)),)

# 与外面的系统交换：对方慢了、停了，只耽误这一趟。
EXCHANGES: tuple[Errand, ...] = (
    ("组成报文", partial(sending.compose, speak=outgoing.speak)),
    ("送出报文", sending.deliver),
    ("转出的有了回执", handing_off.follow),
    ("用过的一次性数", sending.tidy),
)

# 一天算一次的。
ROLLUPS: tuple[Errand, ...] = (
    ("办理用时", paces.count),
    ("补写待归档", archiving.order_missing),
    ("补充归档", archiving.catch_up),
    ("催接收凭证", archive_batches.remind),
    ("补起证照到期提醒", expiry.watch_missing),
    ("草稿快到期", leftovers.remind),
    ("草稿到期清除", leftovers.clear),
)


def sweep(at: datetime) -> dict[str, int]:
    """扫期限:把 `at` 之前到期的都办了;返回每样办了几件。"""
    return _each(SWEEPS, at)


def empty_trays(at: datetime) -> dict[str, int]:
    """清托盘:印待印的文书,发待发的通知;返回每样办了几件。"""
    return _each(TRAYS, at)


def run_presses(at: datetime) -> dict[str, int]:
    """排印要做几分钟的；返回每样做成几本。"""
    return _each(PRESSES, at)


def take_in(at: datetime) -> dict[str, int]:
    """看、导入交来的目录文件；返回做了几件。"""
    return _each(INTAKES, at)


def exchange(at: datetime) -> dict[str, int]:
    """组报文、送报文；返回每样几条。"""
    return _each(EXCHANGES, at)


def roll_up(at: datetime) -> dict[str, int]:
    """一天一次的汇总；返回每样几行。"""
    return _each(ROLLUPS, at)


def _each(errands: Iterable[Errand], at: datetime) -> dict[str, int]:
    """一样失败不耽误其余各样;都做完了再一并报错。"""
    done: dict[str, int] = {}
    failures: list[Exception] = []
    for name, errand in errands:
        try:
            done[name] = errand(at=at)
            if done[name]:
                logger.info("%s:%d", name, done[name])
        except Exception as failure:
            logger.exception("%s 没有做成", name)
            failures.append(failure)
    if failures:
        raise ExceptionGroup("有几样没有做成", failures)
    return done
