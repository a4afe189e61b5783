"""没有提交的草稿到期清除：一件事的几张表同生同灭，提交了的不动，登录过的先告诉再删。"""

import datetime

import pytest
from django.core.files.base import ContentFile

from approvals.actions import drafts, joints, leftovers
from approvals.models import Draft, JointDraft, Upload
from office.notices.models import Notice
from tests.approvals import together
from tests.casework import PERSON

pytestmark = [pytest.mark.django_db, pytest.mark.clause("S5", "Z19")]
DAY = datetime.timedelta(days=1)


def told():
    return Notice.objects.filter(kind=leftovers.REMINDER)


def started(b, *, steps=(1, 1, 1)):
    together.matter(b, steps=steps)
    codes = [one.item.code for one in b.parts]
    return joints.start(matter=b.matter, chosen=codes, by=b.citizen, at=b.at, user=b.citizen)


def test_the_forms_of_one_matter_are_kept_and_deleted_together(bureau):
    b = bureau
    made = started(b)
    _first, second, _third = joints.branches_of(made)
    Draft.objects.filter(pk=second.pk).update(saved_at=b.at + 50 * DAY)
    assert leftovers.remind(at=b.at + 84 * DAY) == 0 and leftovers.clear(at=b.at + 91 * DAY) == 0
    assert leftovers.remind(at=b.at + 133 * DAY) == 1, "一件事只告诉一次"
    assert leftovers.remind(at=b.at + 134 * DAY) == 0
    assert b.matter.name in told().get().body
    assert leftovers.clear(at=b.at + 141 * DAY) == 3 and not JointDraft.objects.exists()


def test_what_was_handed_in_step_by_step_is_not_called_unsent(bureau):
    b = bureau
    made = started(b, steps=(1, 1, 2))
    joints.submit(made, person=PERSON, by=b.citizen, at=b.at)
    later = Draft.objects.open().get(joint=made)
    assert leftovers.remind(at=b.at + 84 * DAY) == 0 and leftovers.clear(at=b.at + 100 * DAY) == 0
    drafts.discard(later, by=b.citizen, at=b.at + 100 * DAY)
    assert leftovers.clear(at=b.at + 131 * DAY) == 1, "没有收的那一份，删除以后也要删净"
    assert Draft.objects.filter(joint=made).count() == 2


def test_one_left_out_of_a_matter_is_deleted_alone(bureau):
    b = bureau
    made = started(b)
    first, second, _third = joints.branches_of(made)
    drafts.attach(
        second, key=b.parts[1].proof, name="证明.pdf", content=ContentFile(b"%PDF-1.4 x"), by=b.citizen, at=b.at
    )
    joints.leave_out(second, by=b.citizen, at=b.at)
    Draft.objects.filter(pk=first.pk).update(saved_at=b.at + 20 * DAY)
    assert leftovers.clear(at=b.at + 31 * DAY) == 1 and not Upload.objects.exists()
    assert joints.branches_of(made).count() == 2


def test_nobody_who_signed_in_loses_a_draft_unannounced(bureau):
    """每日清理停了一阵再跑，也先告诉，等满七天再删，日子写真的。"""
    b = bureau
    made = started(b)
    late = b.at + 120 * DAY
    assert leftovers.remind(at=late) == 1 and leftovers.clear(at=late) == 0
    assert f"{late + 7 * DAY:%-m月%-d日}" in told().get().body.replace(" ", "")
    assert leftovers.clear(at=late + 7 * DAY) == 3 and not JointDraft.objects.filter(pk=made.pk).exists()
