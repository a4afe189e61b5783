"""超期说明：超过期限的，承办的人写一句原因，申请人看得到，也公开；不能有个人信息，不能用来说“不行”。"""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from approvals.actions import deadlines
from approvals.models import Flag, FlagReason
from catalog.models import Item
from office.journal.models import Entry
from office.notices.models import Notice
from office.workdays import clock
from tests import casework
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import found

WHY = "核查要等另一个县的回函，已经催办，三个工作日内办完。"


@pytest.fixture
def b(bureau):
    return ready(bureau)


def late(b):
    """过了承诺时限的一件。"""
    case = casework.accepted(b, b.at)
    deadlines.sweep(at=b.at + datetime.timedelta(days=60))
    return case


@pytest.mark.clause("D14", "D16")
def test_the_reason_is_told_to_the_applicant_and_to_everybody(b, client):
    case, public = late(b), reverse("hall:overdue")
    flags = list(case.flags.order_by("raised_at", "pk"))
    page = reverse("desk:case-overdue", args=[case.number])
    assert "近一年没有需要说明的超期" in said(client.get(public))
    at_desk(client, b.reviewer)
    assert page in said(client.get(reverse("desk:case", args=[case.number])))
    assert flags[0].get_kind_display() in said(client.get(page))
    for wrong, why in (
        ("", "请填写“为什么超期”"),
        (f"{case.applicant.name}的材料有疑问。", "不能有申请人的姓名"),
        ("请打 13800000001 问。", "不能有证件号码"),
        ("这件事办不了。", "办不了"),
    ):
        assert why in said(client.post(page, {"text": wrong}))
    assert not FlagReason.objects.exists()
    for _flag in flags:
        client.post(page, {"text": WHY})
    assert list(FlagReason.objects.order_by("given_at").values_list("flag", flat=True)) == [one.pk for one in flags]
    shown = said(client.get(reverse("desk:case", args=[case.number])))
    assert WHY in shown and page not in shown
    assert client.get(page).status_code == 302
    client.logout()
    listed = said(client.get(public))
    assert WHY in listed and "还在办" in listed and case.number not in listed and case.applicant.name not in listed
    assert WHY in said(client.get(found(client, case)))
    assert Notice.objects.filter(kind="case.overdue", body__contains=WHY).exists()
    assert Entry.objects.about(case).filter(verb="approvals.case.explain_overdue").count() == len(flags)
    Item.objects.filter(pk=case.item_id).update(withheld="涉及秘密(示例)")
    assert WHY not in said(client.get(public))


def test_only_who_handles_it_explains_and_nobody_rewrites(b, client):
    case = late(b)
    page = reverse("desk:case-overdue", args=[case.number])
    at_desk(client, b.stranger)
    assert client.post(page, {"text": WHY}).status_code == 404
    at_desk(client, b.director)
    assert client.post(page, {"text": WHY}).status_code == 403
    made = FlagReason.objects.create(flag=Flag.objects.first(), text=WHY, given_at=b.at, given_by=b.reviewer)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_flagreason SET text = '别的' WHERE flag_id = %s", [made.pk])
    with pytest.raises(DatabaseError), transaction.atomic():
        FlagReason.objects.create(flag=Flag.objects.last(), text="", given_at=b.at, given_by=b.reviewer)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_public_list_asks_as_often_for_three_as_for_one(b, client, rows, django_assert_num_queries):
    for _row in range(rows):
        for flag in late(b).flags.all():
            FlagReason.objects.create(flag=flag, text=WHY, given_at=clock.now(), given_by=b.reviewer)
    client.get(reverse("hall:overdue"))
    with django_assert_num_queries(3):
        client.get(reverse("hall:overdue"))
