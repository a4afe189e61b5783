"""查进度：凭编号和查询码，看得懂、做得了、别人看不到。"""

import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.actions import correction, intake
from approvals.models import Case, Upload
from denials.actions import ladder, register
from office.papers import actions as papers
from office.papers.models import Paper
from portal.hall import access
from tests import casework
from tests.approvals.test_confirming import sent_code
from tests.portal.hall_cast import PNG, found, online, photo


@pytest.fixture
def b(bureau):
    cache.clear()
    return online(bureau)


def text(answer) -> str:
    return answer.content.decode()


def look(client, case) -> str:
    return text(client.get(found(client, case)))


# 查得到，和查不到 -----------------------------------------------------


def test_number_and_code_open_the_case_and_neither_stays_in_the_address(client, b):
    case = casework.received(b)
    answer = client.post(reverse("hall:track"), {"number": f" {case.number} ", "code": case.query_code.lower()})
    assert answer.url == reverse("hall:track-case", args=[case.number])
    assert case.query_code not in answer.url
    assert "示例登记" in text(client.get(answer.url))


def test_wrong_number_and_wrong_code_get_one_and_the_same_answer(client, b):
    case = casework.received(b)
    asked = [(case.number, "WRONGCOD"), ("440800209901010001", case.query_code), ("x' OR 1=1", "x")]
    answers = []
    for number, code in asked:
        answer = client.post(reverse("hall:track"), {"number": number, "code": code})
        shown = text(answer).replace(number, "N").replace(number.replace("'", "&#x27;").upper(), "N")
        answers.append((answer.status_code, "没有查到" in shown, len(answer.context["form"].errors)))
    assert set(answers) == {(200, True, 1)}


def test_a_wrong_number_costs_as_much_as_a_wrong_code(b, django_assert_num_queries):
    case = casework.received(b)
    for number, code in ((case.number, "WRONGCOD"), ("440800209901010001", "WRONGCOD")):
        with django_assert_num_queries(1):
            assert access.find_by_code(number, code) is None


def test_the_eleventh_guess_in_ten_minutes_waits_and_the_hall_is_not_locked(client, b):
    case, other = casework.received(b), casework.received(b)
    for _guess in range(10):
        client.post(reverse("hall:track"), {"number": case.number, "code": "WRONGCOD"})
    answer = client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    assert answer.status_code == 429 and "请十分钟后再试" in text(answer)
    assert "示例登记" in look(Client(), other), "同一地址查别的件不受牵连"


def test_a_case_that_is_not_yours_does_not_exist(client, b):
    case = casework.received(b)
    for name in ("supplement", "withdraw"):
        assert client.get(reverse(f"hall:{name}", args=[case.number])).status_code == 404
    client.force_login(b.other_citizen)
    assert client.get(reverse("hall:track-case", args=[case.number])).status_code == 404
    client.force_login(b.clerk_a)
    assert client.get(reverse("hall:track-case", args=[case.number])).status_code == 404, "工作人员从工作台看"
    client.force_login(b.citizen)
    assert client.get(reverse("hall:track-case", args=[case.number])).status_code == 200


def test_the_grant_runs_out_after_two_hours(client, b, rf):
    case = casework.received(b)
    request = rf.get("/")
    request.session = {}
    access.grant(request, case.number, b.at)
    assert access.granted(request, case.number, b.at + datetime.timedelta(minutes=119))
    assert not access.granted(request, case.number, b.at + datetime.timedelta(hours=2))


def test_signing_out_forgets_the_tracked_cases(client, b):
    case = casework.received(b)
    page = found(client, case)
    client.post(reverse("hall:logout"))
    assert "请再输一次查询码" in asked_again(client, page) and case.number in asked_again(client, page)


@pytest.mark.clause("Z19")
def test_a_kept_address_asks_for_the_code_again_whether_or_not_there_is_such_a_case(client, b):
    number, none = casework.received(b).number, "44080020200101000000"
    pages = [asked_again(Client(), reverse("hall:track-case", args=[one])) for one in (number, none)]
    assert f'value="{number}"' in pages[0] and pages[0].count(number) == pages[1].count(none)


def asked_again(client, page):
    answer = client.get(page, follow=True)
    assert [status for _url, status in answer.redirect_chain] == [302]
    return text(answer)


# 看得懂 ---------------------------------------------------------------


@pytest.mark.parametrize(("referred", "times"), [(False, 4), (True, 4)])
def test_the_tracking_page_asks_the_database_at_most_six_times(client, b, referred, times):
    page = found(client, casework.filed(b).case if referred else casework.reviewed(b))
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    assert len(asked) == times, [query["sql"][:90] for query in asked]


@pytest.mark.clause("D10", "D15")
def test_the_page_says_the_stage_what_happens_who_and_until_when(client, b):
    page = look(client, casework.accepted(b))
    assert page.count('aria-current="step"') == 1 and "正在进行" in page
    assert "已经受理" in page and "社会组织管理科" in page and 'href="tel:07590000000"' in page
    assert "法律规定最迟在" in page and "我们承诺在" in page
    assert '<time datetime="2026-03-1' in page
    assert "张示例" in page, "首问责任人"


@pytest.mark.clause("D15")
def test_the_story_tells_public_steps_newest_first_and_no_internal_ones(client, b):
    case = casework.granted(b)
    page = look(client, case)
    assert page.index("作出准予的决定") < page.index("开始审查") < page.index("收到您的申请")
    assert "check_materials" not in page and "吴示例" not in page and "符合条件。" not in page


def test_names_are_masked(client, b):
    page = look(client, casework.received(b))
    assert "赵**" in page and "赵申请" not in page and "11010519491231002X" not in page


def test_a_case_refused_before_acceptance_does_not_claim_a_review(client, b):
    case = casework.received(b)
    register.refuse_by_rule(case, basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    page = look(client, case)
    assert "没有经过" in page and "为什么不予受理" in page


@pytest.mark.clause("Z18", "D15")
def test_a_refusal_explains_itself_and_names_the_remedies(client, b):
    b.agency.reconsideration_url = "https://example.invalid/fy"
    b.agency.save()
    case = casework.received(b)
    register.refuse_by_rule(case, basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    page = look(client, case)
    for words in (
        casework.REFUSAL.facts, casework.REFUSAL.reasons, casework.REFUSAL.possible, "示例条例",
        "示范市人民政府", "六十日", "有管辖权的人民法院", "六个月", "十五日", "https://example.invalid/fy",
        "不予受理决定书",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.clause("Z3", "Z4")
def test_a_refusal_being_considered_is_said_with_who_and_by_when(client, b):
    report = casework.filed(b)
    page = look(client, report.case)
    assert "报请领导审定" in page and "局长" in page and "给您明确答复" in page
    assert '<time datetime="2026-03-04T09:00' in page, "四十八小时"
    assert casework.STATEMENT.reasons not in page, "还没定的理由不外传"


# 做得了 ---------------------------------------------------------------


@pytest.mark.clause("Z2", "S5")
def test_a_correction_is_answered_online_with_only_what_was_asked(client, b):
    case = casework.told(b)
    page = look(client, case)
    assert "网上补材料" in page
    form = reverse("hall:supplement", args=[case.number])
    asked = text(client.get(form))
    assert "没有提交示例证明" in asked and "补交" in asked and "示例条例第二条" in asked
    assert "file-proof" in asked and "file-application" not in asked
    answer = client.post(form, {"file-proof": photo("证明.png"), "file-application": photo()}, follow=True)
    assert "材料已补齐" in text(answer)
    case.refresh_from_db()
    assert case.state == "received"
    upload = Upload.objects.get()
    assert upload.case_material.material.key == "proof" and upload.uploaded_by == b.system
    assert Paper.objects.about(case).of_kind("correction_receipt").exists()


def test_a_bad_file_leaves_the_correction_as_it_was(client, b):
    case = casework.told(b)
    form = reverse("hall:supplement", args=[case.number])
    found(client, case)
    assert "不是 PDF、JPG 或 PNG" in text(client.post(form, {"file-proof": photo("证.exe", b"MZ")}))
    assert "请至少选择一份文件" in text(client.post(form))
    case.refresh_from_db()
    assert case.state == "correcting" and not Upload.objects.exists()
    assert case.correction.lines.get().answered_at is None


def test_a_partial_supplement_says_what_is_still_open(client, b):
    case = casework.received(b, provided=set())
    missing = intake.Check("missing", "没有交")
    intake.check_materials(case, checks={"application": missing, "proof": missing}, by=b.clerk_a, at=b.at)
    correction.notify(case, by=b.clerk_a, at=b.at)
    found(client, case)
    form = reverse("hall:supplement", args=[case.number])
    assert "还有没补的" in text(client.post(form, {"file-proof": photo(content=PNG)}, follow=True))
    assert "已收到" in text(client.get(form))
    client.post(form, {"file-application": photo(content=PNG)})
    case.refresh_from_db()
    assert case.state == "received"


def test_nobody_supplements_a_case_that_asks_for_nothing(client, b):
    case = casework.received(b)
    found(client, case)
    answer = client.post(reverse("hall:supplement", args=[case.number]), {"file-proof": photo()}, follow=True)
    assert "现在不需要补材料" in text(answer) and not Upload.objects.exists()


def test_withdrawing_asks_first_and_can_be_done_without_an_account(client, b):
    case = casework.received(b, user=None)
    assert "撤回申请" in look(client, case)
    page = reverse("hall:withdraw", args=[case.number])
    assert "要撤回这件申请吗" in text(client.get(page)) and "138******01" in text(client.get(page))
    assert "验证码已发到" in text(client.post(page, {"send": "1", "reason": ""}, follow=True))
    assert Case.objects.get().state != "withdrawn"
    assert "申请已撤回" in text(client.post(page, {"code": sent_code(case)}, follow=True))
    case.refresh_from_db()
    assert case.state == "withdrawn"
    answer = client.post(page, follow=True)
    assert "已经有结果，不能撤回" in text(answer)


def test_a_decided_case_offers_no_withdrawal(client, b):
    assert reverse("hall:withdraw", args=["x"])[-10:] not in look(client, casework.granted(b))


# 文书 -----------------------------------------------------------------


def test_papers_are_listed_and_printed_on_the_spot(client, b):
    case = casework.accepted(b)
    page = look(client, case)
    paper = Paper.objects.about(case).of_kind("acceptance").get()
    assert paper.title in page and paper.number in page
    answer = client.get(reverse("hall:paper", args=[case.number, paper.pk]))
    assert answer["Content-Type"] == "application/pdf" and answer["Cache-Control"] == "private, no-store"
    assert Client().get(reverse("hall:paper", args=[case.number, paper.pk])).status_code == 404


@pytest.mark.clause("Z5")
def test_internal_papers_and_other_cases_papers_stay_inside(client, b):
    report = casework.filed(b)
    other = casework.received(b)
    found(client, report.case)
    internal = Paper.objects.about(report.case).of_kind("denial_report").get()
    assert internal.title not in text(client.get(reverse("hall:track-case", args=[report.case.number])))
    assert client.get(reverse("hall:paper", args=[report.case.number, internal.pk])).status_code == 404
    receipt = Paper.objects.about(other).of_kind("receipt").get()
    assert client.get(reverse("hall:paper", args=[report.case.number, receipt.pk])).status_code == 404


@pytest.mark.clause("Z6")
def test_an_overturned_report_gives_the_applicant_the_way_to_do_it(client, b):
    report = casework.with_deputy(b)
    ladder.overturn(report, text="可以办。", how_to="补一份说明即可。", by=b.deputy, at=b.at + 2 * casework.HOUR)
    page = look(client, report.case)
    assert "可以办告知书" in page and "审定结束，继续办理" in page


@pytest.mark.clause("S7")
def test_a_delivered_result_says_how_it_was_delivered(client, b):
    case = casework.granted(b)
    for paper in Paper.objects.about(case).of_kind("grant"):
        papers.render_now(paper, at=b.at)
    casework.collected(case, b.clerk_a, b.at)
    page = look(client, case)
    assert "准予登记。" in page and "窗口领取" in page
