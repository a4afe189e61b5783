"""联办时限的延长：本级人民政府负责人批准（行政许可法第四十二条第二款），牵头单位登记批准文件，告诉申请人。"""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction

from agencies.models import Post, User
from approvals.actions import approval_forms, archiving, files, letters, telling
from approvals.models import Joint, JointClock, JointExtension, Upload
from approvals.rules import joints as rules
from office.papers.words import last_day_words, term_words
from office.steps import NotNow, take
from office.workdays import calendar as workdays
from office.workdays.rules import local

INSTANT = datetime.timedelta(microseconds=1)
SCAN = "joint.extension"  # 扫描件在文件里的代号；材料的键没有点，不会相撞


def form_to_sign(joint: Joint, *, value: int, reason: str, by: User, at: datetime.datetime) -> dict[str, Any]:
    """送政府负责人签批以前印的延期审批表：批准一栏空着。不登记、不占文号。Raises: NotNow、PermissionDenied。"""
    _may(joint, by)
    clock = _clock(joint, at)
    after, _provisional = _later(joint, clock, value)
    made = JointExtension(
        joint=joint, value=value, unit="wd", reason=reason, due_before=clock.due_at, due_after=after, recorded_at=at,
        recorded_by=by, standing=_standing(joint, by, at),
    )  # fmt: skip
    return approval_forms.joint_extension_words(made)


def extend(
    joint: Joint, *, value: int, reason: str, approver: str, document: str, approved_on: datetime.date,
    scan: tuple[str, "File[bytes]"], by: User, at: datetime.datetime,
) -> JointExtension:  # fmt: skip
    """延长联办时限：到期以前、只一次、至多十五个工作日；各个事项自己的期限不跟着变。出延期审批表、延期通知书。

    scan 是政府负责人签了字的审批表或批准文件(原文件名、内容)，存进各件。
    Raises: NotNow（已延过、到期了、超过上限、没有起算、没写全、批准日期晚于今天）、PermissionDenied、files.BadUpload。
    """
    if not (reason.strip() and approver.strip() and document.strip()):
        raise NotNow("要写明理由、批准的政府负责人和批准文件。")
    if approved_on > local(at).date():
        raise NotNow("批准日期不能晚于今天。")
    with transaction.atomic():
        joint.lock()
        _may(joint, by)
        clock = _clock(joint, at)
        before, (after, provisional) = clock.due_at, _later(joint, clock, value)
        facts = {"length": term_words(value, "wd"), "reason": reason, "document": document, "due_after": after}
        take(joint, "extend", by=by, at=at, **facts)
        clock.due_at, clock.provisional = after, provisional
        clock.save(update_fields=["due_at", "provisional"])
        made = JointExtension(
            joint=joint, value=value, unit="wd", reason=reason, approver=approver, document=document,
            approved_on=approved_on, scan=_stored(joint, scan, by=by, at=at), due_before=before, due_after=after,
            recorded_at=at, recorded_by=by, standing=_standing(joint, by, at),
        )  # fmt: skip
        made.paper = letters.joint_extension(made, by=by, at=at)
        made.form = approval_forms.joint_extension_form(made, by=by, at=at)
        made.save()
        for branch in joint.branches.all():  # 已经办结、归了档的一件也要有签批的那一份
            archiving.renew(branch, at=at)
        body = f"联办 {joint.number} 的联办时限延长{made.length}，到{last_day_words(after)}，理由见延期通知书。"
        telling.tell_applicant(joint, "case.extended", "联办时限延长", body, by=by, at=at)
    return made


def _may(joint: Joint, by: User) -> None:
    if not rules.may_extend(joint, by):
        raise PermissionDenied("延长联办时限由牵头单位的负责人登记。")


def _later(joint: Joint, clock: JointClock, value: int) -> tuple[datetime.datetime, bool]:
    """延到什么时候，是不是暂估的。Raises: NotNow（超过上限）。"""
    most = joint.matter.extension_value
    if not 0 < value <= most:
        raise NotNow(f"延长的期限在 1 到{term_words(most, 'wd')}之间（行政许可法第四十二条第二款）。")
    return workdays.due(clock.due_at - INSTANT, value, "wd", calendar=workdays.calendar_for(joint.lead.agency.code))


def _stored(joint: Joint, scan: tuple[str, "File[bytes]"], *, by: User, at: datetime.datetime) -> Upload:
    """签批的那一份存进各件：随哪一件归档都有。"""
    first, *others = joint.branches.order_by("pk")
    kept = files.store(*scan, {"case": first, "material_key": SCAN}, by=by, at=at)
    Upload.objects.bulk_create(files.copied(kept, case=case, material_key=SCAN) for case in others)
    return kept


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
