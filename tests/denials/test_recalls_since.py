"""说“不”以后事项变了、或者是一件事里的一个事项：叫回、改正照样走得通。"""

import datetime
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.urls import reverse

from approvals.models import Case
from catalog.actions import publishing
from catalog.models import Guide, Item
from denials.actions import recalls
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays.clock import now
from tests import casework
from tests.approvals import together
from tests.casework import HOUR
from tests.catalog import makers as catalog
from tests.denials import recalling
from tests.makers import sign_in
from tests.portal.desks import said

pytestmark = pytest.mark.clause("Z10")
WHERE = "到示例街道办事处办理。"


@pytest.fixture
def b(bureau):
    cache.clear()
    bureau.at = now()
    return casework.item_with_guide(bureau)


def page_of(client, user, name, *args):
    sign_in(client, user)
    return said(client.get(reverse(name, args=args)))


def retired(b):
    """事项已经取消：没有有效的指南了。"""
    publishing.retire(guide=Guide.objects.get(pk=b.guide.pk), by=b.checker, at=now(), reason="取消事项。")


def advice_only(b):
    """事项改成了只答复：不再收申请。"""
    Item.objects.filter(pk=b.item.pk).update(guidance_only=True)


@pytest.mark.parametrize("change, why", [(retired, "没有有效的办事指南"), (advice_only, "只答复怎么办")])
def test_an_item_gone_since_can_still_be_put_right(client, b, change, why):
    entry = recalling.refused(b, b.at - HOUR)
    change(b)
    recall = recalling.answered(b, entry, now())
    page = page_of(client, b.deputy, "admin:denials_registerentry_change", entry.pk)
    assert why in page and "另指去处" in page
    with pytest.raises(NotNow):
        recalls.set_aside(recall, **recalling.FAULT, by=b.deputy, at=now())
    assert Case.objects.count() == 1
    recalls.set_aside_elsewhere(recall, **recalling.FAULT, elsewhere=WHERE, by=b.deputy, at=now())
    assert Case.objects.count() == 1 and Paper.objects.about(entry.case).of_kind("set_aside").exists()
    page = page_of(client, b.citizen, "hall:track-case", entry.case.number)
    assert WHERE in page and "请照上面写的办" in page and "不服怎么办" not in page


def test_a_newer_guide_is_followed_and_what_it_no_longer_asks_is_left(client, b):
    entry = recalling.refused(b, b.at - HOUR)
    newer = catalog.draft(b, b.item, statutory_value=20, statutory_unit="wd", statutory_basis="行政许可法第四十二条")
    newer = catalog.publish(b, newer, at=now())
    new = recalling.set_aside(b, entry, now()).new_case
    assert new.guide == newer and entry.case.guide == b.guide
    assert set(new.materials.values_list("material__key", flat=True)) == {"application"}
    assert new.materials.get().reuse.source.case == entry.case
    assert "再用" in page_of(client, b.clerk_a, "desk:case-materials", new.number)


@pytest.mark.clause("D8")
def test_a_branch_of_a_joint_matter_goes_on_alone(client, b):
    together.matter(b)
    joint = together.submitted(b, at=b.at - HOUR)
    first, *others = together.branches(joint)
    part = SimpleNamespace(**{**vars(b), "guide": b.parts[0].guide})
    recall = recalling.set_aside(part, recalling.refused(part, b.at - HOUR, case=first), now())
    new = recall.new_case
    assert new.joint is None and new.item == first.item and new.applicant.id_number == first.applicant.id_number
    assert new.query_code != joint.query_code
    sms = Notice.objects.filter(kind="denials.set_aside", channel="sms").get()
    assert new.number in sms.body and new.query_code in sms.body
    page = page_of(client, b.citizen, "hall:joint", joint.number)
    assert page.count("不予的决定已经撤销，正在重新办理") == 1 and new.number in page
    assert "请看理由和救济途径" not in page
    assert [case.state for case in others] == ["received", "received"]
    assert {one.state for one in together.branches(joint)} == {"not_accepted", "received"}
    assert "改正以后重新收的" in page_of(client, b.citizen, "hall:track-case", new.number)
    assert datetime.timedelta(0) < new.received_at - first.received_at
