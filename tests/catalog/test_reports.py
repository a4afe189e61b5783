"""报表：改版减了多少、特别程序备案、不能网办的批准、明进暗不进、体外循环；屏幕上和导出的一样。"""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from agencies.states import Role
from approvals.models import Case, Certificate, Review
from catalog.actions import publishing, recording
from catalog.models import ExceptionFiling, Guide, GuideChange, OnlineException, ProcedureFiling
from office.journal.models import Entry
from office.steps import NotNow
from office.workdays.clock import now
from tests import casework, makers
from tests.catalog import makers as catalog
from tests.catalog.pages import url

DAY = datetime.timedelta(days=1)
VISIT = {
    "key": "visit", "name": "实地查看", "kind": "2", "value": 5, "unit": "wd", "basis": "示例", "counted": False,
    "set_by": "agency",
}  # fmt: skip


@pytest.fixture
def b(bureau):
    """页面照数据库的钟。"""
    bureau.at = now()
    return bureau


@pytest.fixture
def editor(client, b):
    makers.sign_in(client, b.editor)
    return client


def text(client, *where, **query) -> str:
    return client.get(url(*where), query).content.decode()


def elsewhere(client, **query) -> str:
    return client.get(reverse("admin:approvals_case_elsewhere"), query).content.decode()


def exported(client, *where, table: str) -> list[str]:
    return b"".join(client.get(url(*where), {"csv": table}).streaming_content).decode("utf-8-sig").splitlines()


def renewed(b, guide, effective_from=None, **fields) -> Guide:
    """起草、改、核对、发布一版。"""
    made = publishing.draft_from(item=guide.item, guide=guide, by=b.editor, at=b.at)
    for name, value in fields.items():
        setattr(made, name, value)
    made.save()
    return catalog.publish(b, made, effective_from)


# 四减 -----------------------------------------------------------------


@pytest.mark.clause("D18", "S4", "B7")
def test_reductions_are_counted_by_month_section_and_item(editor, b):
    step = catalog.CONTENT["process"][0]
    first = catalog.published(
        b, catalog.item(b, "a", name="甲登记"), process=[step, step, step], visits=2, promised_value=20
    )
    second = renewed(b, first, process=[step, step], visits=0, promised_value=5)
    other = catalog.published(b, catalog.item(b, "b", name="乙登记"), promised_value=10)
    renewed(b, other, handling="1", promised_value=None, promised_unit="", promised_basis="")
    change = GuideChange.objects.get(guide=second)
    assert (change.steps_before - change.steps_after, change.visits_before, change.days_cut) == (1, 2, 15)
    page = text(editor, "guide", "reductions")
    assert "改版减了多少" in page and "<svg" in page
    month, day = f"{b.at.month} 月", f"{b.at:%Y-%m-%d}"
    assert exported(editor, "guide", "reductions", table="months")[1] == f"{month},2,1(1 项),0,2(1 项),25(2 项),0,1"
    assert exported(editor, "guide", "reductions", table="sections")[1].startswith(f"{b.agency},{b.orgs},2,1(1 项)")
    lines = exported(editor, "guide", "reductions", table="detail")
    assert f"{day},zj民政局,社会组织管理科,甲登记,第 2 版,3,2,1,1,2,0,15,个工作日," in lines
    assert f"{day},zj民政局,社会组织管理科,乙登记,第 2 版,1,1,1,1,0,0,10,个工作日,是" in lines


def test_what_grew_is_told_and_not_set_off(editor, b):
    step = catalog.CONTENT["process"][0]
    renewed(b, catalog.published(b, catalog.item(b, "a"), process=[step, step]), process=[step])
    renewed(b, catalog.published(b, catalog.item(b, "b")), process=[step, step, step])
    assert "1(1 项)，另增 2" in text(editor, "guide", "reductions")


@pytest.mark.clause("D18")
def test_the_promise_is_measured_against_the_statute_from_the_first_version(editor, b):
    law = {"statutory_value": 20, "statutory_unit": "wd", "statutory_basis": "示例条例第二条"}
    quick = {"handling": "1", "promised_value": None, "promised_unit": "", "promised_basis": ""}
    first = catalog.published(b, catalog.item(b, "a", name="甲登记"), **law, promised_value=5)
    catalog.published(b, catalog.item(b, "b", name="乙登记"), **{**law, "statutory_value": 10}, **quick)
    catalog.published(b, catalog.item(b, "c", name="丙登记"), **{**law, "statutory_unit": "d"})
    catalog.published(b, catalog.item(b, "d", name="丁登记"))
    page = text(editor, "guide", "change", first.pk)
    assert "这是第一版" in page and "法定时限 20个工作日，承诺 5个工作日，比法定时限压缩 75%。" in page
    assert "比法定时限压缩" in text(editor, "guide", "reductions")
    section = b.orgs.name
    assert exported(editor, "guide", "reductions", table="statute")[1:] == [
        f"丙登记,{section},20日,5个工作日,单位不同，不换算",
        f"乙登记,{section},10个工作日,当场办结,100%",
        f"甲登记,{section},20个工作日,5个工作日,75%",
        "合计（工作日，2 项）,,30个工作日,5个工作日,83%",
    ]
    renewed(b, first, promised_value=4)
    assert f"甲登记,{section},20个工作日,4个工作日,80%" in exported(editor, "guide", "reductions", table="statute")


def test_a_version_taken_back_counts_nothing(editor, b):
    first = catalog.published(b, catalog.item(b, "a"), visits=2)
    second = renewed(b, first, b.at.date() + 9 * DAY, visits=0)
    publishing.retire(guide=second, by=b.editor, at=b.at, reason="推迟")
    assert "这一年还没有改版施行" in text(editor, "guide", "reductions")


@pytest.mark.parametrize("many", [1, 3])
def test_the_report_asks_a_fixed_number_of_questions(editor, b, many, django_assert_num_queries):
    for n in range(many):
        renewed(b, catalog.published(b, catalog.item(b, f"i{n}"), visits=2), visits=0)
    text(editor, "guide", "reductions")
    with django_assert_num_queries(9):  # 第九条是有法定时限的在用指南
        text(editor, "guide", "reductions")


# 特别程序备案 ----------------------------------------------------------


@pytest.mark.clause("D10")
def test_agency_set_limits_are_filed_and_the_filing_holds_while_the_limit_does(editor, b):
    law = {**VISIT, "key": "hearing", "name": "听证", "set_by": "law"}
    guide = catalog.published(b, catalog.item(b, name="甲登记"), special_procedures=[VISIT, law])
    page = text(editor, "procedurefiling", "report")
    unfiled, filed = page.split("已经备案的")[:2]
    assert "实地查看" in unfiled and "5 个工作日" in unfiled and "听证" not in page and "一项也没有" in filed
    form = {
        "which": f"{guide.pk}/visit", "document_number": "示营商备〔2026〕1号", "filed_on": b.at.date().isoformat(),
        "filed_with": "示例营商环境局",
    }  # fmt: skip
    assert editor.post(url("procedurefiling", "add"), form).status_code == 302
    assert "示营商备〔2026〕1号" in text(editor, "procedurefiling", "report")
    assert "都备案了" in text(editor, "procedurefiling", "report")
    assert "实地查看" in text(editor, "procedurefiling")
    assert Entry.objects.about(guide.item).last().verb == "catalog.item.file_procedure"
    again = renewed(b, guide, content="换了说法")
    assert "都备案了" in text(editor, "procedurefiling", "report")  # 期限没改
    renewed(b, again, special_procedures=[{**VISIT, "value": 9}])
    assert "都备案了" not in text(editor, "procedurefiling", "report")  # 期限改了要重新备案


def test_only_an_own_limit_of_the_guide_is_filed(b):
    guide = catalog.published(b, catalog.item(b), special_procedures=[VISIT])
    told = {"document_number": "1", "filed_on": b.at.date(), "filed_with": "x", "by": b.editor, "at": b.at}
    with pytest.raises(NotNow, match="没有这项"):
        recording.file_procedure(guide=guide, procedure="other", **told)
    recording.file_procedure(guide=guide, procedure="visit", **told)
    with pytest.raises(NotNow, match="已经登记过"):
        recording.file_procedure(guide=guide, procedure="visit", **told)
    assert ProcedureFiling.objects.get().value == 5


# 不能网办的批准 ---------------------------------------------------------


@pytest.mark.clause("D11")
def test_what_is_not_wholly_online_needs_an_approval_in_force(editor, b):
    item = catalog.published(b, catalog.item(b, name="甲登记"), online_depth="II").item
    catalog.published(b, catalog.item(b, "online", name="乙登记"))
    guided = catalog.item(b, "guided", name="丙指引", guidance_only=True)
    catalog.published(b, guided, online_depth="I")
    without, approved = text(editor, "onlineexception", "report").split("有批准和备案的")[:2]
    assert "甲登记" in without and "登记批准" in without and "乙登记" not in without and "丙指引" not in without
    today = b.at.date()
    form = {
        "item": item.pk, "reason": "要当面核对原件", "approved_by": "示例市人民政府",
        "document_number": "示府函〔2026〕1号", "approved_on": today.isoformat(), "until": today.isoformat(),
    }  # fmt: skip
    assert "有效期要晚于批准日期" in editor.post(url("onlineexception", "add"), form).content.decode()
    assert editor.post(url("onlineexception", "add"), {**form, "until": (today + 9 * DAY).isoformat()}, follow=True)
    without, _approved = text(editor, "onlineexception", "report").split("有批准和备案的")[:2]
    assert "甲登记" in without and "登记备案" in without  # 批了还没有备案，不算数
    filing = {
        "exception": OnlineException.objects.get().pk, "document_number": "示营商备〔2026〕2号",
        "filed_with": "营商环境建设部门",
    }  # fmt: skip
    add = url("exceptionfiling", "add")
    for day, why in ((today - DAY, "不能早于批准日期"), (today + DAY, "不能晚于今天")):
        assert why in editor.post(add, {**filing, "filed_on": day.isoformat()}).content.decode()
    assert editor.post(add, {**filing, "filed_on": today.isoformat()}).status_code == 302
    assert Entry.objects.about(item).last().verb == "catalog.item.file_exception"
    assert "示营商备〔2026〕2号" in text(editor, "exceptionfiling")
    assert editor.post(add, {**filing, "filed_on": today.isoformat()}).status_code == 200  # 一项只备一次
    assert ExceptionFiling.objects.count() == 1
    without, approved = text(editor, "onlineexception", "report").split("有批准和备案的")[:2]
    assert "甲登记" not in without and "示府函〔2026〕1号" in approved and "示营商备〔2026〕2号" in approved


@pytest.mark.clause("D11")
def test_an_approval_holds_until_its_day_and_cannot_be_rewritten(editor, b):
    item = catalog.published(b, catalog.item(b, name="甲登记"), online_depth="II").item
    today, told = b.at.date(), {"by": b.editor, "at": b.at}
    approval = recording.except_online(
        item=item, reason="要当面核对原件", approved_by="示例市人民政府", document_number="示府函〔2026〕1号",
        approved_on=today - 30 * DAY, until=today, **told,
    )  # fmt: skip
    recording.file_exception(
        exception=approval, document_number="示营商备〔2026〕2号", filed_on=today - 29 * DAY, filed_with="x", **told
    )
    without, _approved = text(editor, "onlineexception", "report").split("有批准和备案的")[:2]
    assert "甲登记" in without and "已过期" in without
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ExceptionFiling.objects.all().delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        OnlineException.objects.update(until=today + 9 * DAY)


# 明进暗不进 -------------------------------------------------------------


@pytest.mark.clause("D4")
def test_cases_received_away_from_the_listed_window(editor, b):
    casework.item_with_guide(b)
    side = makers.unit(b.agency, "zj-side", "window", name="科室里的桌子")
    casework.received(b)
    assert "件都在公布的窗口收" in elsewhere(editor)
    casework.received(b, unit=side)
    casework.received(b, unit=side, channel="2")  # 网上来的不算窗口
    page = elsewhere(editor)
    assert "科室里的桌子 1 件" in page and "50%" in page
    b.county_window = b.stranger_unit
    casework.authority.grant(
        item=b.item, agency=b.stranger_agency, seal=b.seal, valid_from=b.at.date(), basis="委托", by=b.system, at=b.at
    )
    casework.received(b, unit=b.county_window)  # 委托给县局的，县局自己收
    assert "县民政窗口" not in elsewhere(editor)
    assert "33%" in elsewhere(editor)


def test_towns_listed_as_desks_are_not_elsewhere(editor, b):
    casework.item_with_guide(b)
    town = makers.unit(b.agency, "zj-town", "town_desk", name="甲镇")
    draft = publishing.draft_from(item=b.item, guide=b.guide, by=b.editor, at=b.at)
    draft.desks.set([town])
    b.guide = catalog.publish(b, draft)
    casework.received(b, unit=town)
    assert "件都在公布的窗口收" in elsewhere(editor)
    early = {"since": "2020-01-01", "until": "2020-01-31"}
    assert "件都在公布的窗口收" in elsewhere(editor, **early)


# 体外循环 ---------------------------------------------------------------


def later(case, **span):
    """收件提前这么久：照办件自己的时间算。"""
    Case.objects.filter(pk=case.pk).update(received_at=case.received_at - datetime.timedelta(**span))
    return case


def outside(client) -> list[str]:
    answer = client.get(reverse("admin:approvals_case_elsewhere"), {"csv": "outside"})
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[1:]


@pytest.mark.clause("D4")
def test_cases_that_look_finished_before_they_came_in_are_listed(client, editor, b):
    casework.item_with_guide(b)
    quick, slow = casework.granted(b), later(casework.granted(b), hours=3)
    page = elsewhere(editor)
    assert "像是在系统外办好再补录的件" in page and quick.number in page and slow.number not in page
    address = reverse("admin:approvals_case_change", args=[quick.pk])
    assert address not in page, "编目录的人没有看办件的权，只给编号"
    assert [line.endswith("收下 10 分钟以内就准予") for line in outside(editor)] == [True]
    Review.objects.filter(case=slow).update(reviewer=slow.decided_by)
    assert len(outside(editor)) == 1, "受理的是另一个人"
    Case.objects.filter(pk=slow.pk).update(decided_by=b.clerk_a)
    Review.objects.filter(case=slow).update(reviewer=b.clerk_a)
    assert any(slow.number in line and "同一个人在 1 小时以内" in line for line in outside(editor))
    Case.objects.filter(pk=slow.pk).update(decided_at=slow.decided_at + 2 * DAY)
    assert not any(slow.number in line for line in outside(editor)), "隔了两天"
    told = {"agency": b.agency, "name": "示例证", "issued_at": b.at, "issued_by": b.clerk_a}
    early = b.at.date() - 30 * DAY
    old = Certificate.objects.create(case=slow, number="1", valid_from=early, current=False, **told)
    assert any(slow.number in line and "有效期起在收件以前" in line for line in outside(editor))
    Certificate.objects.filter(pk=old.pk).update(valid_from=b.at.date())
    assert not any(slow.number in line for line in outside(editor))
    makers.staffed(b.orgs, Role.REVIEWER, b.auditor, code="zj-auditor-too")
    makers.sign_in(client, b.auditor)
    assert f'<a href="{address}">{quick.number}</a>' in elsewhere(client) and client.get(address).status_code == 200


def test_an_instant_case_is_no_sign(editor, b):
    casework.item_with_guide(b, handling="1", promised_value=None, promised_unit="", promised_basis="")
    assert casework.granted(b).number not in elsewhere(editor)


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_of_signs_asks_a_fixed_number_of_questions(editor, b, many, django_assert_num_queries):
    casework.item_with_guide(b)
    for _n in range(many):
        casework.granted(b)
    elsewhere(editor)
    with django_assert_num_queries(11):  # 三样迹象各一条，哪几件看得到一条，与几件无关
        elsewhere(editor)


@pytest.mark.parametrize(
    "where",
    [("guide", "reductions"), ("power", "compare"), ("procedurefiling", "report"), ("onlineexception", "report")],
)
def test_reports_are_for_keepers_and_auditors(client, b, where):
    for user, status in {b.editor: 200, b.auditor: 200, b.chief: 403, b.personnel: 403}.items():
        makers.sign_in(client, user)
        assert client.get(url(*where)).status_code == status, user
