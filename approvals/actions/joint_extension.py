"""联办时限的延长：本级人民政府负责人批准（行政许可法第四十二条第二款），牵头单位登记批准文件，告诉申请人。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Post, User
from approvals.actions import letters, telling
from approvals.models import Joint, JointClock, JointExtension
from approvals.rules import joints as rules
from office.papers.words import last_day_words, term_words
from office.steps import NotNow, take
from office.workdays import calendar as workdays

INSTANT = datetime.timedelta(microseconds=1)


def extend(
    joint: Joint, *, value: int, reason: str, approver: str, document: str, by: User, at: datetime.datetime
) -> JointExtension:
    """延长联办时限：到期以前、只一次、至多十五个工作日；各个事项自己的期限不跟着变。

    Raises: NotNow（已延过、到期了、超过上限、没有起算、没写全）、PermissionDenied。
    """
    if not (reason.strip() and approver.strip() and document.strip()):
        raise NotNow("要写明理由、批准的政府负责人和批准文件。")
    with transaction.atomic():
        joint.lock()
        if not rules.may_extend(joint, by):
            raise PermissionDenied("延长联办时限由牵头单位的负责人登记。")
        clock = _clock(joint, at)
        most = joint.matter.extension_value
        if not 0 < value <= most:
            raise NotNow(f"延长的期限在 1 到{term_words(most, 'wd')}之间（行政许可法第四十二条第二款）。")
        calendar = workdays.calendar_for(joint.lead.agency.code)
        before, (after, provisional) = (
            clock.due_at,
            workdays.due(clock.due_at - INSTANT, value, "wd", calendar=calendar),
        )
        facts = {"length": term_words(value, "wd"), "reason": reason, "document": document, "due_after": after}
        take(joint, "extend", by=by, at=at, **facts)
        clock.due_at, clock.provisional = after, provisional
        clock.save(update_fields=["due_at", "provisional"])
        made = JointExtension(
            joint=joint, value=value, unit="wd", reason=reason, approver=approver, document=document,
            due_before=before, due_after=after, recorded_at=at, recorded_by=by, standing=_standing(joint, by, at),
        )  # fmt: skip
        made.paper = letters.joint_extension(made, by=by, at=at)
        made.save()
        body = f"联办 {joint.number} 的联办时限延长{made.length}，到{last_day_words(after)}，理由见延期通知书。"
        telling.tell_applicant(joint, "case.extended", "联办时限延长", body, by=by, at=at)
    return made


def _clock(joint: Joint, at: datetime.datetime) -> JointClock:
    if JointExtension.objects.filter(joint=joint).exists():
        raise NotNow("已经延过一次，不能再延。")
    clock: JointClock | None = joint.clocks.running().select_for_update(of=("self",)).first()
    if clock is None:
        raise NotNow("联办时限还没有起算，或者都已经有结果了。")
    if clock.due_at <= at:
        raise NotNow("联办时限已经届满，不能再延（行政许可法第四十二条）。")
    if clock.paused_at is not None:
        raise NotNow("联办时限正停着（特别程序），恢复计算以后再延。")
    return clock


def _standing(joint: Joint, by: User, at: datetime.datetime) -> str:
    """以什么身份登记的。"""
    posts = [
        Post.objects.chief_of(joint.lead),
        Post.objects.deputy_for(joint.lead),
        Post.objects.director_of(joint.lead.agency),
    ]
    found = next((standing for post in posts if post and (standing := post.standing_of(by, at))), None)
    return found.describe() if found else f"{joint.lead}{by.full_name}"
