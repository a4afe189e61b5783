"""双公示：准予的许可七个工作日内核对公开；自然人只有遮住的；不公开要两个人；更正、撤下、失效都写明；逾期亮牌。"""

import csv
import datetime
import io

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from approvals.actions import cancelling, decision, delivering, disclosures, intake, retractions
from approvals.actions import certifying as certificates
from approvals.models import Disclosure
from approvals.models.delivery import Sent
from approvals.rules.disclosures import flaw_of, is_private
from catalog.rules.codes import uscc_check_character
from denials.actions import register
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers import actions as papers
from office.steps import NotNow
from portal import sweeping
from portal.demonstration.people import fake_uscc
from tests import casework, makers
from tests.approvals import certifying, renewing, retracting
from tests.approvals.test_delivering import OWN
from tests.portal.desks import at_desk, ready, said
from tests.portal.test_api import validator

pytestmark = pytest.mark.clause("B6", "D14")
NAME = "=示例志愿服务协会"  # 以等号开头的，电子表格会当成公式
ORG = intake.Person("organisation", NAME, fake_uscc(7), "13800000001", "示范路1号", "赵示例")


@pytest.fixture
def b(bureau):
    return ready(bureau)


def granted(b, person=ORG, at=None):
    at = at or b.at
    case = casework.accepted(b, at, person=person)
    casework.review.begin(case, by=b.reviewer, at=at)
    casework.review.give_opinion(case, opinion="pass", text="符合条件。", by=b.reviewer, at=at)
    return decision.grant(case, decision="准予登记。", by=b.chief, at=at)


def page(one) -> str:
    return reverse("hall:disclosure", args=[one.code])


def deed(one, name) -> str:
    return reverse(f"desk:disclosure-{name}", args=[one.pk])


def content(one, **fields) -> dict[str, str]:
    told = {name: getattr(one, name) or "" for name in disclosures.EDITABLE}
    return {f"content-{name}": str(value) for name, value in {**told, **fields}.items()}


def test_a_licence_is_checked_and_then_anybody_finds_it(b, client):
    one = granted(b).disclosure
    listed = reverse("hall:disclosures")
    assert client.get(page(one)).status_code == 404 and "现在还没有公开" in said(client.get(listed))
    assert reverse("hall:disclosures") in said(client.get(reverse("hall:home"))), "页脚有"
    at_desk(client, b.reviewer)
    assert reverse("desk:disclosures") in said(client.get(reverse("desk:today")))
    assert one.document_number in said(client.get(reverse("desk:disclosures")))
    shown = said(client.get(reverse("desk:disclosure", args=[one.pk])))
    assert "核对公开" in shown and "提出不公开" in shown
    wrong = client.post(deed(one, "publish"), content(one, remark="联系人 138-0000-0001"))
    assert "不能有身份证件号码、电话号码" in said(wrong)
    assert "请填写“许可内容”" in said(client.post(deed(one, "publish"), content(one, content="")))
    assert client.post(deed(one, "publish"), content(one, representative="赵示例")).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.published_by, one.clocks.get().late) == ("published", b.reviewer, False)
    client.logout()
    told = said(client.get(page(one)))
    for words in (NAME, fake_uscc(7), one.document_number, "赵示例", "有效", "湛江市民政局"):
        assert words in told
    assert one.case.number not in told and "13800000001" not in told and "示范路" not in told
    for text in (NAME[1:5], fake_uscc(7), one.document_number):
        assert page(one) in said(client.get(listed, {"q": text}))
    assert page(one) not in said(client.get(listed, {"q": "没有这个"})) and page(one) in said(client.get(listed))
    assert page(one) not in said(client.get(listed, {"agency": b.stranger_agency.code}))


def test_open_data_says_the_same_and_no_formula_is_smuggled_in(b, client):
    hidden, one = granted(b).disclosure, granted(b).disclosure
    disclosures.publish(one, told={}, by=b.reviewer, at=b.at)
    found = client.get(reverse("api:disclosures"), {"q": "志愿"}).json()
    assert found["count"] == 1 and found["results"][0]["party"] == {
        "kind": {"code": "legal", "label": "法人及非法人组织"}, "name": NAME, "uscc": fake_uscc(7), "number": None,
        "representative": None,
    }  # fmt: skip
    validator({"$ref": "#/components/schemas/DisclosurePage"}).validate(found)
    assert client.get(reverse("api:disclosures"), {"until": "2000-01-01"}).json()["count"] == 0
    assert client.get(reverse("api:disclosures"), {"state": "waiting"}).status_code == 400
    rows = list(csv.DictReader(io.StringIO(client.get(reverse("api:disclosures-csv")).content.decode("utf-8-sig"))))
    assert [row["行政相对人名称"] for row in rows] == [f"'{NAME}"] and hidden.document_number not in str(rows)
    at_desk(client, b.reviewer)
    answer = client.get(reverse("desk:disclosure-export"))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    heads, first = (list(row) for row in book["行政许可"].iter_rows(values_only=True))
    sent = dict(zip(heads, first, strict=True))
    assert len(heads) == 28 and sent["行政相对人名称*"] == f"'{NAME}" and sent["有效期至*"] == "2099/12/31"
    assert sent["当前状态*"] == "1" and not sent["法定代表人证件号码"]
    assert "许可机关统一社会信用代码" in book["缺项"].cell(2, 2).value, "没有登记的不编，列出来"
    assert Entry.objects.filter(verb="portal.disclosures.export", by=b.reviewer).exists()
    assert "导出报送信用平台的表" in said(client.get(reverse("desk:disclosures"), {"which": "published"}))


def test_a_natural_person_is_masked_from_the_beginning(b, client):
    case = granted(b, person=casework.PERSON)
    one = case.disclosure
    assert (one.party_name, one.party_kind, one.party_code) == ("赵**", "person", "")
    assert one.party_number == case.applicant.masked_id and casework.PERSON.id_number not in str(vars(one))
    disclosures.publish(one, told={"party_name": casework.PERSON.name}, by=b.reviewer, at=b.at)
    told = said(client.get(page(one)))
    assert "赵**" in told and casework.PERSON.name not in told and casework.PERSON.id_number not in told
    with pytest.raises(DatabaseError), transaction.atomic():
        Disclosure.objects.filter(pk=one.pk).update(party_name="赵申请")


def test_whose_number_does_not_tell_his_age_is_looked_at_first(b, client):
    foreign = intake.Person("person", "示例·史密斯", "EX0000001", "13800000003", "示范路3号", id_kind="passport")
    one = granted(b, person=foreign).disclosure
    at_desk(client, b.reviewer)
    assert "请看过证件，确认相对人已满十八周岁" in said(client.post(deed(one, "publish"), content(one)))
    with pytest.raises(NotNow, match="看不出出生日期"):
        disclosures.publish(one, told={}, by=b.reviewer, at=b.at)
    assert client.post(deed(one, "publish"), {**content(one), "content-adult": "on"}).status_code == 302
    one.refresh_from_db()
    assert one.state == "published" and "EX0000001" not in said(client.get(page(one)))
    book = load_workbook(io.BytesIO(b"".join(client.get(reverse("desk:disclosure-export")).streaming_content)))[
        "行政许可"
    ]
    row = dict(zip((cell.value for cell in book[1]), (cell.value for cell in book[2]), strict=True))
    assert row["证件类型"] == "护照" and "EX0000001" not in str(row)
    wrong = client.get(reverse("desk:disclosure-export"), {"since": "2026-03-09", "until": "2026-03-01"}, follow=True)
    assert "不能早于" in said(wrong), "填错的不悄悄换成别的一段"


def test_what_is_withheld_later_is_not_shown_any_more(b, client):
    shown, waiting = granted(b).disclosure, granted(b).disclosure
    disclosures.publish(shown, told={}, by=b.reviewer, at=b.at)
    assert client.get(page(shown)).status_code == 200
    b.item.withheld = "涉及国家秘密"
    b.item.save()
    assert client.get(page(shown)).status_code == 404
    waiting.refresh_from_db()
    with pytest.raises(NotNow, match="提出不公开"):
        disclosures.publish(Disclosure.objects.get(pk=waiting.pk), told={}, by=b.reviewer, at=b.at)


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("110105194912310054", True), ("1101051949 12310054", True), ("138-0000-0001", True), ("0759-2000001", True),
        ("(0759) 2000001", True), ("联系电话：2000001", True), ("H12345678", True), ("m1234567801", True),
        ("ABC202601010001", True), ("护照号码 E 1234 5678", True), ("台湾居民来往大陆通行证12345678", True),
        ("粤民社证字第010052号", False), ("GDH12345678", False), ("有效期2026-01-01至2030-12-31", False),
        ("注册资金3000000元，发给通行证、护照的除外", False), ("登记证书 0759200000123", False),
        (fake_uscc(3), False), ("湛民许〔2026〕12号", False), ("52440800MJL1234567", False),
    ],
)  # fmt: skip
def test_numbers_of_people_are_recognised(text, private):
    assert is_private(f"见{text}。") is private


def test_its_own_number_quoted_in_the_content_is_no_passport():
    told = {"party_name": "示例会", "document_name": "决定书", "document_number": "湛民许〔2026〕12号",
            "valid_from": datetime.date(2026, 3, 2), "certificate_number": "MZS202601010001"}  # fmt: skip
    assert not flaw_of({**told, "content": "发给证书 MZS202601010001"})
    assert "不能有身份证件号码" in flaw_of({**told, "content": "经办人 MZS202601010002"})
    short = {**told, "certificate_number": "0001"}
    assert flaw_of({**short, "content": "联系 13800010000"}), "编号正好是电话里的几位，电话照样拦"
    assert not flaw_of({**short, "content": "发给 0001 号证书"})


@pytest.mark.parametrize(("start", "kind"), [("52", "legal"), ("92", "sole")])
def test_a_household_business_is_told_by_its_code(b, start, kind):
    body = f"{start}440800MA0000001"
    code = body + uscc_check_character(body)
    one = granted(
        b, person=intake.Person("organisation", "示例店", code, "13800000001", "示范路1号", "赵示例")
    ).disclosure
    assert (one.party_kind, one.party_code) == (kind, code)
    other = fake_uscc(7)
    disclosures.publish(one, told={"party_code": other}, by=b.reviewer, at=b.at)
    assert one.party_kind == "legal", "更正了代码，类别跟着变"


def certified(b):
    c = certifying.issuing(b)
    c.item.kind = "01"
    c.item.save()
    c.guide.refresh_from_db()
    return certifying.granted(c, certifying.told(scope="原来的范围")).disclosure, c


def corrected(one, c):
    told = certifying.told("示范证字第0002号", scope="更正的范围")
    certificates.correct(one.case, told, reason="写错了。", by=c.chief, at=c.at)
    one.refresh_from_db()
    return one


def test_a_letter_made_again_is_followed_while_not_yet_public(b):
    one, c = certified(b)
    disclosures.propose_exclusion(one, reason="涉及商业秘密。", by=b.reviewer, at=b.at)
    old = one.document_number
    one = corrected(one, c)
    assert one.document_number != old and one.content == "更正的范围"
    assert one.certificate_number == "示范证字第0002号" and one.state == "proposed"
    disclosures.decline_exclusion(one, by=b.chief, at=b.at)
    assert disclosures.publish(one, told={}, by=b.reviewer, at=b.at).document_number != old


def test_a_letter_made_again_after_publishing_is_told_to_whoever_published(b):
    one, c = certified(b)
    old = disclosures.publish(one, told={}, by=b.reviewer, at=b.at).document_number
    one = corrected(one, c)
    assert one.document_number == old, "公开了的由人更正，写明为什么"
    found = Notice.objects.filter(kind="disclosure.correct", body__contains=old)
    assert {notice.to for notice in found} == {b.reviewer, b.chief}


def test_an_end_dated_back_is_reported_in_the_span_it_was_noted(b):
    c = renewing.held(b)
    one = disclosures.publish(c.case.disclosure, told={}, by=b.reviewer, at=c.at)
    noted = c.at + datetime.timedelta(days=20)
    told = {"ground": "dissolved", "facts": "法人已注销登记。", "basis": "示范注销〔2026〕1号"}
    cancelling.cancel(c.case, cancelled_on=(c.at + datetime.timedelta(days=3)).date(), **told, by=c.chief, at=noted)

    def reported(first: int, last: int) -> bool:
        span = (c.at + datetime.timedelta(days=day) for day in (first, last))
        return one in Disclosure.objects.changed_between(*span)

    assert reported(0, 1) and not reported(1, 8) and reported(18, 22)


def test_only_licences_that_may_be_public_are_listed(b):
    refused = casework.accepted(b)
    register.refuse_by_rule(refused, basis=b.guide.bases.first(), refusal=casework.REFUSAL, by=b.chief, at=b.at)
    assert not Disclosure.objects.exists(), "不予的不公开"
    for fields in (
        {"withheld": "涉及国家秘密"},
        {"withheld": "", "theme": "children"},
        {"theme": "orgs", "kind": "05"},
    ):
        type(b.item).objects.filter(pk=b.item.pk).update(**fields)
        b.guide.refresh_from_db()
        granted(b)
        assert not Disclosure.objects.exists(), fields


def test_not_publishing_takes_two_people(b, client):
    one = granted(b).disclosure
    due = one.clocks.get().due_at
    why = {"propose_exclusion-reason": "涉及申请人的商业秘密。"}
    at_desk(client, b.chief)
    assert client.post(deed(one, "propose-exclusion"), why).status_code == 302
    assert client.post(deed(one, "exclude")).status_code == 403, "提出的人自己核实不了"
    assert at_desk(client, b.reviewer).post(deed(one, "exclude")).status_code == 403, "要有权决定的"
    at_desk(client, b.deputy)
    assert "涉及申请人的商业秘密" in said(client.get(reverse("desk:disclosure", args=[one.pk])))
    client.post(deed(one, "decline-exclusion"))
    one.refresh_from_db()
    assert (one.state, one.reason, one.clocks.get().due_at) == ("waiting", "", due), "期限照走"
    at_desk(client, b.reviewer).post(deed(one, "propose-exclusion"), why)
    at_desk(client, b.chief).post(deed(one, "exclude"))
    one.refresh_from_db()
    assert (one.state, one.settled_by) == ("excluded", b.chief) and not one.clocks.running().exists()
    assert client.get(page(one)).status_code == 404


def test_corrected_withdrawn_and_ended_are_told(b, client):
    case = granted(b, person=casework.PERSON)
    one = disclosures.publish(case.disclosure, told={}, by=b.reviewer, at=b.at)
    at_desk(client, b.reviewer)
    reason = {"content-reason": "当事人提出异议：内容少写一项。"}
    assert "没有改动" in said(client.post(deed(one, "correct"), content(one) | reason))
    client.post(deed(one, "correct"), content(one, content="示例登记，含分支机构") | reason)
    assert "内容少写一项" in said(client.get(page(one))) and "含分支机构" in said(client.get(page(one)))
    papers.empty_tray(at=b.at, limit=100)
    casework.collected(case, b.clerk_a, b.at)
    asked = retracting.asked(b, case)
    retractions.sanction(asked, decision="同意撤回。", by=b.deputy, at=asked.asked_at)
    assert "这项许可不再有效" not in said(client.get(page(one))), "决定书送到才失效"
    papers.empty_tray(at=asked.asked_at, limit=100)
    _served(b, asked)
    assert "这项许可不再有效" in said(client.get(page(one))) and "已撤回" in said(client.get(page(one)))
    assert client.get(reverse("api:disclosures")).json()["results"][0]["ended"]["code"] == "withdrawn"
    assert client.post(deed(one, "withdraw"), {"withdraw-reason": "误公开。"}).status_code == 403
    at_desk(client, b.chief).post(deed(one, "withdraw"), {"withdraw-reason": "误公开。"})
    assert client.get(page(one)).status_code == 404
    assert client.get(reverse("api:disclosures")).json()["count"] == 0
    one.refresh_from_db()
    assert (one.state, one.withdrawal) == ("withdrawn", "误公开。"), "记录还在"


def _served(b, retraction):
    delivering.hand_over(retraction.case, **OWN, what=Sent(retraction=retraction), by=b.clerk_a, at=retraction.asked_at)


def test_seven_working_days_and_then_one_flag(bureau):
    """2026-09-18 星期五决定，中秋放假、9 月 20 日星期日上班：七个工作日到 9 月 29 日星期二 24:00。"""
    call_command("load_workdays", verbosity=0)
    b = casework.item_with_guide(bureau)
    one = granted(b, at=makers.moment("2026-09-18 10:00")).disclosure
    due = one.clocks.get().due_at
    assert due == makers.moment("2026-09-30 00:00")
    assert sweeping.sweep(due - datetime.timedelta(hours=1))["双公示到期"] == 0
    assert [sweeping.sweep(due)["双公示到期"] for _ in range(2)] == [1, 0]
    flag = one.case.flags.get(kind="disclosure")
    assert (flag.unit, flag.due_at) == (b.orgs, due)
    disclosures.publish(one, told={}, by=b.reviewer, at=due)
    assert one.clocks.get().late and one.case.flags.filter(kind="disclosure").count() == 1
