"""申请人选怎样拿结果：申请时、查进度页、窗口；送达的页照着填好，寄出以后不能再改。"""

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from approvals.actions import delivering, delivery_choices
from approvals.actions.delivery_choices import Destination
from approvals.models import Case, DeliveryChoice
from office.journal.models import Entry
from office.steps import NotNow
from tests import casework
from tests.catalog.test_delivery_ways import BY_POST, ONLINE, WINDOW
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import PERSON, filled, go, online

TO = {"receiver": "钱示例", "phone": "13800000009", "address": "示范市示范路9号"}
POST = {"way": "express", "carrier": "中国邮政", "tracking_number": "示例7"}


@pytest.fixture
def b(bureau):
    cache.clear()
    return ready(bureau, delivery=[WINDOW, BY_POST, ONLINE])


def tracking(client, case):
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    return reverse("hall:delivery", args=[case.number])


@pytest.mark.clause("S7")
def test_a_citizen_has_the_result_sent_and_the_window_types_nothing_again(b, client):
    case = casework.granted(b)
    page = tracking(client, case)
    progress = reverse("hall:track-case", args=[case.number])
    assert page in said(client.get(progress))
    shown = said(client.get(page))
    assert "邮费由我们付" in shown and "电子送达" in shown
    wrong = said(client.post(page, {"way": "express", "receiver": "钱示例"}))
    assert "请填写收件电话" in wrong and 'value="钱示例"' in wrong
    assert "照您选的给您" in said(client.post(page, {"way": "express", **TO}, follow=True))
    client.post(page, {"way": "express", **TO})  # 连按两下，只记一次
    assert Entry.objects.about(case).filter(verb="approvals.case.choose_delivery").count() == 1
    assert "示范路" not in str(Entry.objects.about(case).latest("pk").facts)
    assert "邮寄送达" in said(client.get(progress)) and TO["address"] in said(client.get(page))
    at_desk(client, b.clerk_a)
    assert "等邮寄" in said(client.get(reverse("desk:cases") + "?queue=deliver"))
    deliver = reverse("desk:case-deliver", args=[case.number])
    form = said(client.get(deliver))
    assert all(f'value="{one}"' in form for one in TO.values()) and "申请人选的" in form
    client.post(deliver, POST | TO)
    row = case.deliveries.get()
    assert (row.receiver, row.phone, row.address) == tuple(TO.values())
    tracking(client, case)
    assert "不能再改送达方式" in said(client.get(page))
    assert "不能再改送达方式" in said(client.post(page, {"way": "window"}))
    at_desk(client, b.clerk_a)
    choice = reverse("desk:case-delivery", args=[case.number])
    assert "不能再改送达方式" in said(client.get(choice, follow=True))
    client.post(deliver, {"way": "returned", "reason": "无人签收"})
    assert client.get(choice).status_code == 200, "退回来的可以重新选"


@pytest.mark.clause("S7")
def test_what_was_chosen_is_kept_encrypted(b):
    case = casework.received(b)
    delivery_choices.choose(case, way="express", to=Destination(**TO), by=b.clerk_a, at=b.at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT receiver, phone, address FROM approvals_deliverychoice")
        stored = cursor.fetchone()
    assert all(plain not in kept for plain, kept in zip(TO.values(), stored, strict=True))
    delivery_choices.choose(case, way="window", to=Destination(**TO), by=b.clerk_a, at=b.at)
    assert DeliveryChoice.objects.get(case=case).address == "", "到窗口领的，不留地址"


@pytest.mark.clause("S7", "D11")
def test_an_electronic_choice_is_the_consent_and_another_takes_it_back(b, client):
    case = casework.received(b)
    page = tracking(client, case)
    assert "没有同意的，不能电子送达" in said(client.post(page, {"way": "electronic"}))
    assert "您已同意电子送达" in said(client.post(page, {"way": "electronic", "agreed": "on"}, follow=True))
    client.post(page, {"way": "window"})
    case = Case.objects.get(pk=case.pk)
    assert case.delivery_consent.withdrawn_at is not None and case.delivery_choice.way == "window"
    delivering.agree(case, how=delivering.AT_WINDOW, by=b.clerk_a, at=b.at)
    assert DeliveryChoice.objects.get(case=case).way == "electronic"
    delivering.take_back(case, by=b.clerk_a, at=b.at)
    assert not DeliveryChoice.objects.filter(case=case).exists()


@pytest.mark.clause("S7")
def test_only_the_ways_of_the_guide_are_offered(bureau, client):
    b = ready(bureau, delivery=[WINDOW, BY_POST])
    case = casework.received(b)
    page = tracking(client, case)
    shown = said(client.get(page))
    assert 'value="express"' in shown and 'value="electronic"' not in shown
    with pytest.raises(NotNow, match="没有电子送达"):
        delivery_choices.choose(case, way="electronic", by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="收件人、电话和地址"):
        delivery_choices.choose(case, way="express", by=b.clerk_a, at=b.at)


@pytest.mark.clause("S7")
def test_the_window_notes_what_the_applicant_says(b, client):
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    page = reverse("desk:case-delivery", args=[case.number])
    assert page in said(client.get(reverse("desk:case", args=[case.number])))
    assert "还没有选" in said(client.get(page))
    assert "送达时照这样填好" in said(client.post(page, {"way": "express", **TO}, follow=True))
    assert DeliveryChoice.objects.get(case=case).chosen_by == b.clerk_a
    paper = said(client.post(page, {"way": "electronic", "agreed": "on"}, follow=True))
    assert "电子送达确认书" in paper
    sign_in(client, b.stranger)
    assert client.get(page).status_code == 404


@pytest.mark.clause("S7", "S5")
def test_an_applicant_chooses_while_applying(bureau, client):
    """指南公布了几种的，申请时多一步；寄给谁先取自申请人一页。"""
    cache.clear()
    b = online(bureau, delivery=[WINDOW, BY_POST, ONLINE])
    draft = filled(client, b)
    assert client.post(go(draft, "materials"), {}).url == go(draft, "delivery")
    shown = said(client.get(go(draft, "delivery")))
    assert f'value="{PERSON["name"]}"' in shown and f'value="{PERSON["phone"]}"' in shown
    wrong = client.post(go(draft, "delivery"), {"way": "express", "receiver": "钱示例"})
    assert "请填写收件地址" in said(wrong) and go(draft, "delivery") in said(client.get(go(draft, "check")))
    assert client.post(go(draft, "delivery"), {"way": "express", **TO}).url == go(draft, "check")
    assert TO["address"] in said(client.get(go(draft, "check")))
    client.post(go(draft, "submit"))
    choice = Case.objects.get().delivery_choice
    assert (choice.way, choice.address) == ("express", TO["address"])
    draft.refresh_from_db()
    assert TO["address"] not in draft.content


@pytest.mark.clause("S5")
def test_a_guide_that_says_nothing_asks_nothing_while_applying(bureau, client):
    cache.clear()
    b = online(bureau)
    draft = filled(client, b)
    assert client.get(go(draft, "delivery")).url == reverse("hall:apply", args=[draft.token])
    assert client.post(go(draft, "materials"), {}).url == go(draft, "check")


@pytest.mark.clause("S7", "S5")
def test_consent_given_while_applying_makes_its_paper(bureau, client):
    cache.clear()
    b = online(bureau, delivery=[WINDOW, ONLINE])
    draft = filled(client, b)
    client.post(go(draft, "delivery"), {"way": "electronic", "agreed": "on"})
    client.post(go(draft, "submit"))
    case = Case.objects.get()
    assert case.delivery_consent.paper is not None and case.delivery_choice.way == "electronic"
