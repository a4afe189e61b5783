"""收费：核定、减免、缴、退、领取，各事项收了多少，全走页面。"""

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from approvals.models import Fee
from catalog.models import Item
from office.papers.models import Paper
from office.workdays import clock
from tests import casework
from tests.approvals.charging import FEE
from tests.makers import sign_in
from tests.portal.desks import COLLECTED, at_desk, ready, said
from tests.portal.hall_cast import found

RATES = [
    {"name": "工本费", "amount": "每证 10 元", "basis": "附表一"},
    {"name": "测绘费", "amount": "照价目表", "basis": "附表二"},
]


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


def paid(**fields):
    now = f"{timezone.localtime(clock.now()):%Y-%m-%dT%H:%M}"
    return {"method": "scan", "receipt_number": "12345678 0000000001", "paid_at": now, **fields}


@pytest.mark.clause("C8")
def test_the_result_waits_for_the_fee_only_because_the_guide_says_so(bureau, client):
    b = ready(bureau, fee={**FEE, "holds": True})
    case = casework.granted(b)
    at_desk(client, b.clerk_a)
    page = said(client.get(url("case", case.number)))
    assert "10.00元" in page and "《示例收费办法》第三条" in page and "登记缴费" in page
    assert "办事指南规定缴费以后领取结果" in page and f'href="{url("case-deliver", case.number)}"' not in page
    assert "还没有缴费" in said(client.post(url("case-deliver", case.number), COLLECTED))
    notice = Paper.objects.about(case).of_kind("fee_notice").get()
    assert notice.context["capital"] == "壹拾元整" and notice.context["complaint"]

    track = found(client, case)
    page = said(client.get(track))
    assert "缴费以后领取结果" in page and "残疾人免收" in page and "投诉、举报" in page and "缴费通知书" in page

    pay = url("case-fee", case.number, "pay")
    assert "请选择怎样缴的" in said(client.post(pay, {"receipt_number": "=1+1"}))
    early = said(client.post(pay, paid(paid_at="2020-01-01T09:00")))
    assert "在费用产生" in early
    client.post(pay, paid())
    fee = Fee.objects.get()
    assert (fee.state, fee.recorded_by, fee.receipt_number) == ("paid", b.clerk_a, "12345678 0000000001")
    assert "12345678 0000000001" in said(client.get(url("case", case.number))) and "缴清费用" in said(client.get(track))
    client.post(url("case-deliver", case.number), COLLECTED)
    case.refresh_from_db()
    assert case.state == "delivered"


@pytest.mark.clause("C8")
def test_otherwise_the_result_is_given_and_the_clock_never_waits(bureau, client):
    b = ready(bureau, fee=FEE)
    case = casework.granted(b)
    assert case.clocks.running().filter(kind="delivery", paused_at=None).exists()
    at_desk(client, b.clerk_a)
    client.post(url("case-deliver", case.number), COLLECTED)
    case.refresh_from_db()
    assert case.state == "delivered" and Fee.objects.get().state == "due"


@pytest.mark.clause("C8")
def test_a_rate_table_is_reckoned_by_a_person_and_reduced_only_on_published_grounds(bureau, client):
    b = ready(bureau, fee={**FEE, "lines": RATES, "due": "acceptance"})
    case = casework.accepted(b)
    fee = Fee.objects.get()
    at_desk(client, b.clerk_a)
    assert (fee.state, fee.amount) == ("assessing", None) and "费用等核定" in said(client.get(url("today")))
    assert "正在核定" in said(client.get(found(client, case)))
    assess, reduce = url("case-fee", case.number, "assess"), url("case-fee", case.number, "reduce")
    assert "一项也没有核定" in said(client.post(assess, {"line_0": "0", "line_1": ""}))
    assert "怎样算的" in said(client.post(assess, {"line_0": "2", "line_1": "1180.50", "working": ""}))
    assert "至多两位小数" in said(client.post(assess, {"line_0": "2", "line_1": "1.005"}))
    page = said(client.post(assess, {"line_0": "2", "line_1": "1180.50", "working": "787平方米×1.5元"}, follow=True))
    assert "缴费通知书" in page
    assert Paper.objects.about(case).of_kind("fee_notice").get().context["amount"] == "1,200.50元"

    assert "低保家庭减半" in said(client.get(reduce))
    told = {"ground": "低保家庭减半", "amount": "600.25", "evidence": "低保证 示例1号"}
    assert "请写明凭什么减免" in said(client.post(reduce, {**told, "evidence": ""}))
    assert client.post(reduce, {**told, "ground": "熟人"}).status_code == 200 and Fee.objects.get().ground == ""
    assert "要比应缴的少" in said(client.post(reduce, {**told, "amount": "1200.50"}))
    client.post(reduce, told)
    fee.refresh_from_db()
    assert (fee.standard, fee.amount, fee.reduced_by) == (120050, 60025, b.clerk_a)
    notices = Paper.objects.about(case).of_kind("fee_notice")
    assert notices.in_force().get().context["ground"] == "低保家庭减半" and notices.count() == 2
    assert "已经减免过" in said(client.post(reduce, {**told, "amount": "1"}))

    client.post(assess, {"line_0": "1", "line_1": ""})  # 算错了，重新核定
    client.post(reduce, {**told, "ground": "残疾人免收", "amount": "0"})
    fee.refresh_from_db()
    assert (fee.state, fee.amount) == ("exempted", 0) and not notices.in_force().exists()
    assert "免缴费用" in said(client.get(found(client, case)))


@pytest.mark.clause("C8")
def test_money_taken_wrongly_is_ordered_back_by_the_chief_and_returned(bureau, client):
    b = ready(bureau, fee=FEE)
    case = casework.granted(b)
    at_desk(client, b.clerk_a)
    client.post(url("case-fee", case.number, "pay"), paid())
    order, back = url("case-fee", case.number, "order_refund"), url("case-fee", case.number, "refund")
    assert client.post(order, {"reason": "收错了。"}).status_code == 403
    sign_in(client, b.chief)
    client.post(order, {"reason": "申请人持残疾人证，本应免收。"})
    sign_in(client, b.clerk_a)
    assert "费用等核定、等退" in said(client.get(url("today"))) and case.number in said(client.get(url("fees")))
    client.post(back, {"number": "退付1号"})
    assert Fee.objects.get().state == "refunded"
    assert "本应免收" in said(client.get(found(client, case)))
    assert client.get(url("case-fee", case.number, "nothing")).status_code == 404


@pytest.mark.clause("C8")
def test_a_free_case_shows_no_fee_and_asks_nothing_about_it(bureau, client, django_assert_num_queries):
    b = ready(bureau)
    case = casework.granted(b)
    at_desk(client, b.clerk_a)
    assert "费用" not in said(client.get(url("case", case.number)))
    assert client.get(url("case-fee", case.number, "pay")).status_code == 404
    assert 'id="fee"' not in said(client.get(found(client, case)))


@pytest.mark.clause("C8")
@pytest.mark.parametrize("cases", [1, 3])
def test_the_figures_add_up_and_no_name_becomes_a_formula(bureau, client, cases):
    b = ready(bureau, fee=FEE)
    Item.objects.filter(pk=b.item.pk).update(name="=HYPERLINK(1)")
    made = [casework.granted(b) for _one in range(cases)]
    at_desk(client, b.clerk_a)
    client.post(url("case-fee", made[0].number, "pay"), paid())
    assert client.get(url("fee-figures")).status_code == 403 == client.get(url("fee-export")).status_code
    sign_in(client, b.chief)
    page = said(client.get(url("fee-figures")))
    assert f"{cases * 10}.00" in page and "合计" in page
    raw = b"".join(client.get(url("fee-export")).streaming_content)
    sheet = load_workbook(io.BytesIO(raw)).active
    name, count, standard, reduced, taken, returned, owed, dropped = list(sheet.values)[1]
    assert (
        name.startswith("'") and "<f>" not in zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml").decode()
    )
    assert (count, taken, returned, dropped) == (cases, 10, 0, 0) and standard == reduced + taken + owed + dropped
    assert client.get(url("fee-export"), {"since": "2020-01-01", "until": "2020-01-02"}).status_code == 200
