"""审定队列:等我处理的、一页看全、五个动作、阅知、汇总表、先例、时限政策——都从真的网页走。

页面的“现在”是数据库的钟,所以这里的事都发生在此刻前后。
"""

import csv
import datetime
import io

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.actions import posts
from approvals.models import Upload
from denials.actions import ladder, precedents, register, reports, sheets
from denials.models import LadderPolicy, Precedent, Reading, RegisterEntry, Report, Sheet
from office.journal.models import Entry
from office.papers.models import Paper
from office.papers.words import date_words
from office.workdays.clock import now
from tests import casework
from tests.casework import HOUR
from tests.makers import appoint, away, sign_in

LIST = "/queue/denials/report/"
REGISTER = "/queue/denials/registerentry/"
DAYS = datetime.timedelta(days=1)


@pytest.fixture
def b(bureau):
    bureau.at = now()
    return casework.item_with_guide(bureau)


def page(report):
    return reverse("admin:denials_report_change", args=[report.pk])


def do(client, report, name, **told):
    url = reverse("admin:denials_report_deed", args=[report.pk, name])
    return client.post(url, {f"{name}-{field}": text for field, text in told.items()}, follow=True)


def as_(client, user):
    sign_in(client, user)
    return client


def listed(client, query=""):
    return [report.number for report in client.get(LIST + query).context["cl"].result_list]


def refused(b, at, **told):
    """窗口依明确规定不予受理,报备一条。"""
    case = casework.received(b, at, **told)
    return register.refuse_by_rule(case, basis=b.guide.bases.first(), refusal=casework.REFUSAL, by=b.clerk_a, at=at)


# 等待我处理 -------------------------------------------------------------


@pytest.mark.clause("Z6", "Z9")
def test_each_rung_sees_what_waits_for_it(client, b):
    low, high = casework.filed(b, b.at - 2 * HOUR), casework.with_deputy(b, b.at - 3 * HOUR)
    assert listed(as_(client, b.approval_chief)) == [low.number]
    assert listed(as_(client, b.chief)) == [low.number]
    assert listed(client, "?which=mine") == [high.number]
    assert set(listed(client, "?which=all")) == {low.number, high.number}
    assert listed(as_(client, b.deputy)) == [high.number]
    assert listed(as_(client, b.director)) == [] and len(listed(client, "?which=all")) == 2
    assert listed(client, f"?which=all&q={low.number}") == [low.number]


@pytest.mark.clause("Z6")
def test_who_sits_in_both_seats_sees_the_report_once(client, b):
    report = casework.filed(b, b.at - 2 * HOUR)
    posts.relieve(holding=b.posts.chief.holdings.get(rank="B"), by=b.personnel, at=b.at - HOUR)
    appoint(b.posts.chief, b.approval_chief, "B", b.at - HOUR)
    away(b.chief, b.at - HOUR)
    assert listed(as_(client, b.approval_chief)) == [report.number]
    assert client.get(LIST).context["cl"].result_count == 1


@pytest.mark.clause("Z7", "Z4")
def test_the_row_says_who_how_long_and_what_then(client, b):
    report = casework.with_deputy(b, b.at - 2 * HOUR)
    row = as_(client, b.deputy).get(LIST).content.decode()
    assert "到点转局长" in row and "剩 " in row and "梁演示（A岗）" in row
    assert "赵**" in row and "赵申请" not in row and report.number in row


@pytest.mark.clause("Z4")
def test_overdue_is_said_even_if_no_worker_runs(client, b):
    report = casework.with_deputy(b, b.at - 9 * DAYS)
    row = as_(client, b.deputy).get(LIST).content.decode()
    assert "已超过" in row and "按规定转局长" in row
    said = client.get(page(report)).content.decode()
    assert "移交上一级" in said and reverse("admin:denials_report_deed", args=[report.pk, "sanction"]) not in said


def test_the_most_urgent_comes_first(client, b):
    late = casework.with_deputy(b, b.at - 3 * HOUR)
    early = casework.with_deputy(b, b.at - 9 * DAYS)
    assert listed(as_(client, b.deputy)) == [early.number, late.number]


@pytest.mark.clause("C3")
def test_b_has_the_queue_only_while_a_is_away(client, b):
    report = casework.with_deputy(b, b.at - 2 * HOUR)
    assert listed(as_(client, b.deputy_b)) == []
    assert "不由您审定" in do(client, report, "send_back", text="请补充。").content.decode()
    away(b.deputy, b.at - HOUR)
    assert listed(as_(client, b.deputy)) == []
    assert listed(as_(client, b.deputy_b)) == [report.number]
    assert "何样本（B岗，代梁演示）" in client.get(LIST).content.decode()
    do(client, report, "send_back", text="请补充。")
    assert report.turns.filter(standing="何样本(B岗，代梁演示)").exists()


def test_the_header_says_how_many_wait_for_me(client, b):
    filed = [casework.filed(b, b.at - HOUR) for _ in range(2)]
    assert '等我处理 <b class="count">2</b>' in as_(client, b.chief).get(LIST).content.decode()
    do(client, filed[0], "send_back", text="请补充。")
    assert '等我处理 <b class="count">1</b>' in client.get(LIST).content.decode()
    assert '<b class="count">' not in as_(client, b.deputy).get(LIST).content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_the_same_questions_for_any_number_of_rows(client, b, rows):
    for _ in range(rows):
        casework.filed(b, b.at - HOUR)
    as_(client, b.chief).get(LIST)
    with CaptureQueriesContext(connection) as asked:
        assert len(client.get(LIST).context["cl"].result_list) == min(rows, 25)
    assert len(asked) == 11, "\n".join(query["sql"][:200] for query in asked)


def test_other_agencies_see_nothing(client, b):
    report = casework.filed(b, b.at - HOUR)
    for role in ("clerk_a", "reviewer", "stranger"):
        assert as_(client, getattr(b, role)).get(page(report)).status_code == 302
    assert as_(client, b.editor).get(page(report)).status_code == 403


# 一页看全 ---------------------------------------------------------------


@pytest.mark.clause("Z5", "Z8")
def test_one_page_has_everything(client, b):
    old = casework.with_deputy(b, b.at - 30 * HOUR)
    ladder.overturn(old, text="没有禁止。", how_to="凭总机构授权书办理。", by=b.deputy, at=b.at - 28 * HOUR)
    report = casework.with_deputy(b, b.at - 3 * HOUR)
    report.bases.add(b.guide.bases.first())
    upload = Upload(
        case_material=report.case.materials.first(), material_key="application", name="章程.pdf", size=9,
        media_type="application/pdf", digest="0" * 64, uploaded_at=b.at,
    )  # fmt: skip
    upload.file.save("x", ContentFile(b"%PDF-1.4 "))
    said = as_(client, b.deputy).get(page(report)).content.decode()
    basis = b.guide.bases.first()
    for words in (
        "赵申请", "13800000001", report.question, report.reasons, report.progress, basis.text, "第一条 大意。",
        "章程.pdf", "凭总机构授权书办理。", "同意拟否定，上报", "王样本（A岗）", "48 小时内答复申请人", "到点转局长",
        "核准否定", "可以办（如何行）", "退回补充", "研究确定，限期答复",
    ):  # fmt: skip
        assert words in said, words
    assert "审核上报</summary>" not in said
    got = client.get(reverse("admin:denials_report_file", args=[report.pk, upload.pk]))
    assert b"".join(got.streaming_content) == b"%PDF-1.4 " and "attachment" in got["Content-Disposition"]
    assert client.get(reverse("admin:denials_report_file", args=[old.pk, upload.pk])).status_code == 404


def test_the_form_prints_on_the_spot(client, b):
    report = casework.filed(b, b.at - HOUR)
    got = as_(client, b.approval_chief).get(reverse("admin:denials_report_paper", args=[report.pk]))
    assert got["Content-Type"] == "application/pdf" and next(iter(got.streaming_content)).startswith(b"%PDF")
    assert Paper.objects.about(report.case).of_kind("denial_report").get().state == "rendered"


# 五个动作 ---------------------------------------------------------------


@pytest.mark.clause("Z6", "Z9")
def test_two_chiefs_report_up_and_cannot_sanction(client, b):
    report = casework.filed(b, b.at - HOUR)
    said = as_(client, b.approval_chief).get(page(report)).content.decode()
    assert "核准否定只能由分管副局长或局长作出。" in said and "核准否定</summary>" not in said
    assert "分管副局长或局长" in do(client, report, "sanction", text="核准。", possible="无").content.decode()
    answer = do(client, report, "review", text="同意上报。")
    assert answer.redirect_chain == [(LIST, 302)] and "已审核上报" in answer.content.decode()
    report.refresh_from_db()
    assert report.state == "with_chief"
    assert "不由您审定" in client.get(page(report)).content.decode()
    do(as_(client, b.chief), report, "review", text="同意。")
    report.refresh_from_db()
    assert report.state == "with_deputy"


@pytest.mark.clause("Z6", "Z10", "Z18")
def test_the_deputy_sanctions_and_says_what_would_make_it_possible(client, b):
    report = casework.with_deputy(b, b.at - 3 * HOUR)
    as_(client, b.deputy)
    empty = do(client, report, "sanction", text=" ")
    assert empty.status_code == 422 and "请填写“核准的理由”。" in empty.content.decode()
    assert " open" in empty.content.decode()
    do(client, report, "sanction", text="核准。", possible="补足会员。", elsewhere="可到区民政局。")
    report.refresh_from_db()
    ground = RegisterEntry.objects.get(report=report).ground
    assert (report.state, ground.possible, ground.elsewhere) == ("sanctioned", "补足会员。", "可到区民政局。")
    again = do(client, report, "sanction", text="再核准。", possible="无")
    assert again.status_code == 409 and "您的意见没有记下" in again.content.decode()
    assert "再核准。" in again.content.decode()
    assert report.turns.filter(by=b.deputy).count() == 1


@pytest.mark.clause("Z6")
def test_the_deputy_says_how_it_can_be_done(client, b):
    report = casework.with_deputy(b, b.at - 3 * HOUR)
    as_(client, b.deputy)
    assert "请填写“如何行”" in do(client, report, "overturn", text="可以办。").content.decode()
    do(client, report, "overturn", text="没有禁止。", how_to="凭授权书办理。")
    report.refresh_from_db()
    assert (report.state, report.how_to) == ("overturned", "凭授权书办理。")
    assert "凭授权书办理。" in client.get(page(report)).content.decode()


@pytest.mark.clause("Z6")
def test_sent_back_is_marked_when_it_returns(client, b):
    report = casework.with_deputy(b, b.at - 3 * HOUR)
    do(as_(client, b.deputy), report, "send_back", text="请补充外地的做法。")
    report.refresh_from_db()
    assert report.state == "returned" and listed(client) == []
    reports.resubmit(report, reasons="已查。", basis_text="同前", reply="外地都不办。", by=b.clerk_a, at=now())
    assert "退回过" in client.get(LIST).content.decode()


@pytest.mark.clause("Z6")
def test_study_promises_a_date_to_come(client, b):
    report = casework.with_deputy(b, b.at - 3 * HOUR)
    as_(client, b.deputy)
    past = do(client, report, "study", text="请示省厅。", due_at="2026-01-05T17:00")
    assert past.status_code == 409 and "必须在将来" in past.content.decode()
    due = (b.at + 5 * DAYS).replace(second=0, microsecond=0)
    do(client, report, "study", text="请示省厅。", due_at=f"{due:%Y-%m-%dT%H:%M}")
    report.refresh_from_db()
    assert (report.state, report.study_due_at) == ("studying", due)
    said = client.get(page(report)).content.decode()
    assert "研究中的报告不再退回。" in said
    assert "核准否定</summary>" in said and "退回补充</summary>" not in said


@pytest.mark.clause("Z7")
def test_a_decision_after_the_limit_does_not_count(client, b):
    report = casework.with_deputy(b, b.at - 9 * DAYS)
    answer = do(as_(client, b.deputy), report, "sanction", text="核准。", possible="无")
    said = answer.content.decode()
    assert answer.status_code == 409 and "已到时限，报告已转到“局长审定中”。您的意见没有记下。" in said
    report.refresh_from_db()
    assert report.state == "with_director" and report.latenesses.filter(user=b.deputy).exists()
    assert listed(as_(client, b.director)) == [report.number] and "有逾期" in client.get(LIST).content.decode()
    do(client, report, "sanction", text="核准。", possible="无")
    report.refresh_from_db()
    assert report.state == "sanctioned" and report.decided_by == b.director


@pytest.mark.clause("Z3", "Z6")
def test_there_is_no_bulk_sanction_and_no_form_that_changes_a_row(client, b):
    report = casework.with_deputy(b, b.at - 3 * HOUR)
    entry = refused(b, b.at - 2 * HOUR)
    as_(client, b.deputy)
    assert "_selected_action" not in client.get(LIST).content.decode()
    client.post(LIST, {"action": "sanction", "_selected_action": [report.pk], "index": 0})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [report.pk], "index": 0, "post": "yes"})
    for model, row in (("report", report), ("registerentry", entry)):
        base = f"/queue/denials/{model}/"
        assert client.get(f"{base}add/").status_code == 403
        assert client.post(f"{base}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        client.post(f"{base}{row.pk}/change/", {"state": "sanctioned", "matter": "改过"})
        row.refresh_from_db()
        assert row.matter != "改过"
    assert Report.objects.get(pk=report.pk).state == "with_deputy"
    assert client.get(reverse("admin:denials_report_deed", args=[report.pk, "sanction"])).status_code == 405
    assert client.post(reverse("admin:denials_report_deed", args=[report.pk, "lapse"])).status_code == 404


# 否定报备 ---------------------------------------------------------------


@pytest.mark.clause("Z10", "Z11")
def test_reading_one_and_reading_many(client, b):
    entries = [refused(b, b.at - HOUR) for _ in range(3)]
    as_(client, b.chief)
    assert len(client.get(REGISTER).context["cl"].result_list) == 3
    said = client.get(f"{REGISTER}{entries[0].pk}/change/").content.decode()
    assert "会员达到五十个以后可以再次申请。" in said and "未阅" in said
    client.post(reverse("admin:denials_registerentry_read", args=[entries[0].pk]))
    assert Reading.objects.get(entry=entries[0], rung="chief").standing == "林范例(A岗)"
    picked = {"action": "read_all", "index": 0, "_selected_action": [entries[1].pk]}
    assert "已阅知 1 件" in client.post(REGISTER, picked, follow=True).content.decode()
    assert (
        "已阅知 1 件" in client.post(reverse("admin:denials_registerentry_read_listed"), follow=True).content.decode()
    )
    assert client.get(REGISTER).context["cl"].result_count == 0
    assert client.get(f"{REGISTER}?which=all").context["cl"].result_count == 3
    away(b.director, b.at - HOUR)
    assert as_(client, b.director).get(REGISTER).context["cl"].result_count == 0
    url = reverse("admin:denials_registerentry_read", args=[entries[0].pk])
    assert "不由您阅知" in client.post(url, follow=True).content.decode()


@pytest.mark.clause("Z5", "Z11")
def test_the_export_is_what_is_filtered_and_runs_no_formula(client, b):
    wild = casework.intake.Person("person", '=HYPERLINK("http://x")', "11010519491231002X", "13800000001", "示范路1号")
    first, second = refused(b, b.at - 2 * HOUR, person=wild), refused(b, b.at - HOUR)
    as_(client, b.deputy)
    url = reverse("admin:denials_registerentry_export")

    def rows(query):
        text = b"".join(client.get(url + query).streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    got = rows("?which=all")
    assert [row["报备编号"] for row in got] == [second.number, first.number]
    assert got[1]["申请人或单位名称"] == '\'=HYPERLINK("http://x")'
    assert got[0]["联系方式"] == "13800000001" and "局长 未阅" in got[0]["阅知"]
    register.read(second, by=b.deputy, at=now())
    assert [row["报备编号"] for row in rows("")] == [first.number]
    assert [row["报备编号"] for row in rows(f"?which=all&q={second.number}")] == [second.number]
    assert as_(client, b.editor).get(url).status_code == 403


def test_the_register_asks_the_same_questions_for_any_number_of_rows(client, b):
    refused(b, b.at - HOUR)
    as_(client, b.chief).get(REGISTER)
    with CaptureQueriesContext(connection) as one:
        client.get(REGISTER)
    for _ in range(4):
        refused(b, b.at - HOUR)
    with CaptureQueriesContext(connection) as five:
        client.get(REGISTER)
    assert len(one) == len(five) == 10


# 汇总表、先例、时限政策 --------------------------------------------------


@pytest.mark.clause("Z7")
def test_a_sheet_made_up_later_closes_when_its_own_day_closed(b):
    monday = timezone.make_aware(datetime.datetime(2026, 3, 2, 17))
    sheets.roll_up(at=monday)
    wednesday = monday + 2 * DAYS
    LadderPolicy.objects.create(agency=b.agency, valid_from=wednesday.date(), roll_up_time=datetime.time(12))
    sheets.roll_up(at=wednesday)
    closed = Sheet.objects.filter(unit=b.orgs, kind="reports").order_by("day").values_list("closes_at", flat=True)
    assert [f"{timezone.localtime(at):%d %H:%M}" for at in closed] == ["02 16:30", "03 16:30", "04 12:00"]


@pytest.mark.clause("Z7", "Z10")
def test_sheets_say_zero_and_print(client, b):
    casework.filed(b, b.at - HOUR)
    for day in range(8):  # 头一个工作日的 16:30 之后就有
        sheets.roll_up(at=(b.at + day * DAYS).replace(hour=17))
    said = as_(client, b.chief).get("/queue/denials/sheet/").content.decode()
    assert "零报告" in said and "1 件" in said
    made = Sheet.objects.filter(unit=b.orgs, reports__isnull=False).get()
    assert date_words(made.day) in said and f"{made.day:%Y-%m-%d}<" not in said
    assert "赵**" in client.get(f"/queue/denials/sheet/{made.pk}/change/").content.decode()
    got = client.get(reverse("admin:denials_sheet_paper", args=[made.pk]))
    assert next(iter(got.streaming_content)).startswith(b"%PDF")
    other = Sheet.objects.filter(unit=b.approval).first()
    assert client.get(reverse("admin:denials_sheet_paper", args=[other.pk])).status_code == 404


@pytest.mark.clause("Z8")
def test_a_precedent_is_limited_and_its_followers_are_found(client, b):
    report = casework.with_deputy(b, b.at - 5 * HOUR)
    ladder.sanction(report, text="核准。", possible="无", by=b.deputy, at=b.at - 2 * HOUR)
    precedent = Precedent.objects.get(report=report)
    case = casework.received(b, b.at - HOUR)
    entry = register.refuse_by_precedent(
        case, precedent=precedent, refusal=casework.REFUSAL, by=b.clerk_a, at=b.at - HOUR
    )
    url = reverse("admin:denials_precedent_change", args=[precedent.pk])
    deed = reverse("admin:denials_precedent_deed", args=[precedent.pk, "limit"])
    said = as_(client, b.chief).get(url).content.decode()
    assert entry.number in said and "限定适用</summary>" not in said
    assert client.post(deed, {"limit-scope": "仅限本市", "limit-reason": "太宽"}).status_code == 409
    as_(client, b.deputy)
    assert client.post(deed, {"limit-scope": "", "limit-reason": "太宽"}).status_code == 422
    client.post(deed, {"limit-scope": "仅限本市分支机构", "limit-reason": "太宽"})
    precedent.refresh_from_db()
    assert (precedent.state, precedent.scope) == ("limited", "仅限本市分支机构")
    precedents.withdraw(precedent, reason="有新规定", by=b.deputy, at=now())
    assert client.post(deed, {"limit-scope": "又改", "limit-reason": "又改"}).status_code == 409


@pytest.mark.clause("Z20")
def test_new_times_are_adopted_and_old_ones_stay(client, b):
    add, told = "/queue/denials/ladderpolicy/add/", {
        "agency": b.agency.pk, "valid_from": f"{b.at.date():%Y-%m-%d}", "roll_up_time": "16:00", "chief_time": "11:00",
        "deputy_hours": 8, "answer_hours": 40, "hours_policy": "working_days",
    }  # fmt: skip
    as_(client, b.director)
    yesterday = {**told, "valid_from": f"{b.at.date() - DAYS:%Y-%m-%d}"}
    assert "不能追溯" in client.post(add, yesterday).content.decode()
    assert client.post(add, {**told, "agency": b.stranger_agency.pk}).status_code == 200
    assert not LadderPolicy.objects.exists()
    assert client.post(add, told).status_code == 302
    policy = LadderPolicy.objects.get()
    assert Entry.objects.about(policy).get().verb == "denials.policy.adopt"
    assert client.post(add, told).status_code == 200
    client.post(f"/queue/denials/ladderpolicy/{policy.pk}/change/", {**told, "deputy_hours": 99})
    policy.refresh_from_db()
    assert (policy.deputy_hours, LadderPolicy.objects.count()) == (8, 1)
    assert as_(client, b.editor).get(add).status_code == 403
    assert as_(client, b.personnel).get(add).status_code == 200


# 办件与亮牌 --------------------------------------------------------------


def test_cases_are_found_by_number_and_only_looked_at(client, b):
    case = casework.received(b, b.at - HOUR)
    url = "/queue/approvals/case/"
    assert as_(client, b.chief).get(f"{url}?q={case.number[:10]}").context["cl"].result_count == 1
    assert client.get(f"{url}?q=nothing").context["cl"].result_count == 0
    said = client.get(f"{url}{case.pk}/change/").content.decode()
    assert "赵**" in said and case.query_code not in said and "民政窗口" in said
    assert client.get(f"{url}add/").status_code == 403 and client.get(f"{url}{case.pk}/history/").status_code == 404


def test_flags_are_read_by_chiefs(client, b):
    case = casework.received(b, b.at - HOUR)
    flag = case.flags.create(kind="promised", unit=b.orgs, due_at=b.at, raised_at=b.at)
    said = as_(client, b.chief).get("/queue/approvals/flag/").content.decode()
    assert "超过承诺时限(黄牌)" in said and case.number in said
    assert (
        client.get(f"/queue/approvals/flag/{flag.pk}/change/")["Location"] == f"/queue/approvals/case/{case.pk}/change/"
    )
    assert as_(client, b.approval_chief).get("/queue/approvals/flag/").context["cl"].result_count == 0
