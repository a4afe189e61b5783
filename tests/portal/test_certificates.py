"""证照：准予时填，决定书、回证、进度页、报文、归档包、查询都有；送达以前更正笔误。"""

import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.actions import certifying, decision, delivering, finding, intake, letters
from approvals.actions.outgoing import Saying, _closing
from approvals.actions.packing import package
from approvals.models import Case, Certificate
from approvals.rules.certificates import certificate_name
from office.journal.models import Entry
from office.outbox import OutboxEvent
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from tests import casework
from tests.approvals import certifying as make
from tests.portal.desks import COLLECTED, at_desk, ready, said
from tests.portal.hall_cast import found

FILLED = {
    "decision": "准予登记。", "certificate_name": make.NAME, "certificate_number": make.NUMBER,
    "valid_from": "2026-03-02", "validity": "dated", "valid_until": "2030-03-01", "scope": "只限本市。",
}  # fmt: skip


@pytest.fixture
def b(bureau):
    return ready(bureau)


@pytest.fixture
def c(b):
    return make.issuing(b)


def url(name, case):
    return reverse(f"desk:{name}", args=[case.number])


def pdf_words(case) -> dict:
    return Paper.objects.about(case).of_kind("grant").in_force().get().context


@pytest.mark.parametrize(
    ("result", "name"),
    [
        ("社会团体法人登记证书(换发)", "社会团体法人登记证书"), ("收养登记证", "收养登记证"), ("结婚证", "结婚证"),
        ("社会组织评估等级证书和牌匾", "社会组织评估等级证书"), ("公募证书(慈善组织)", "公募证书"),
        ("地名更名批复", ""), ("社会团体注销证明文件", ""), ("火化证明(补办)", ""), ("慈善信托备案回执", ""),
        ("食宿、医疗、乘车凭证等救助", ""), ("高龄津贴确认结果", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_result_says_whether_it_is_a_certificate(result, name):
    assert certificate_name(result) == name


@pytest.mark.clause("D8")
def test_the_deciding_page_asks_for_the_certificate_and_the_letter_carries_it(c, client):
    case = make.reviewed(c)
    at_desk(client, c.chief)
    page = said(client.get(url("case-grant", case)))
    assert f'value="{make.NAME}"' in page and "证照编号" in page and "有效期自" in page
    for gap, words in (
        ({"certificate_number": " "}, "请填写证照编号"), ({"valid_until": ""}, "请填写有效到哪天"),
        ({"valid_until": "2026-03-01"}, "有效期的结束不能在开始之前"), ({"validity": ""}, "请选择有效到什么时候"),
    ):  # fmt: skip
        assert words in said(client.post(url("case-grant", case), FILLED | gap)), words
    assert not Certificate.objects.exists()
    preview = client.post(url("case-grant-preview", case), FILLED)
    assert b"".join(preview.streaming_content).startswith(b"%PDF")
    client.post(url("case-grant", case), FILLED)
    case.refresh_from_db()
    assert case.state == "granted"
    told = pdf_words(case)
    assert told["certificate_number"] == f"{make.NAME}（{make.NUMBER}）"
    assert (told["validity"], told["conditions"]) == ("2026年3月2日至2030年3月1日", "只限本市。")
    line = Entry.objects.about(case).get(verb="approvals.case.issue_certificate")
    assert line.by_name == c.chief.full_name and make.NUMBER in line.facts["certificate"]
    assert make.NUMBER in said(client.get(url("case", case)))
    assert "登记证照" in said(client.get(url("case-history", case)))


def test_the_preview_says_what_the_letter_will_say(c):
    case = make.reviewed(c)
    words = letters.grant_words(case, "准予登记。", make.told(valid_until=None))
    assert words["validity"] == "自2026年3月2日起长期有效"
    assert make.NUMBER in words["certificate_number"]


def test_a_wrong_preview_says_why(c, client):
    case = make.reviewed(c)
    at_desk(client, c.chief)
    answer = client.post(url("case-grant-preview", case), FILLED | {"certificate_number": ""}, follow=True)
    assert "请填写证照编号" in said(answer)


def test_an_item_without_a_certificate_shows_nothing_and_asks_nothing(b, client):
    case = casework.reviewed(b)
    at_desk(client, b.chief)
    assert "证照编号" not in said(client.get(url("case-grant", case)))
    with CaptureQueriesContext(connection) as asked:
        client.post(url("case-grant", case), {"decision": "准予登记。"})
    client.get(url("case", case))
    assert not [one for one in asked if "approvals_certificate" in one["sql"]]
    case.refresh_from_db()
    assert case.state == "granted"
    with pytest.raises(NotNow, match="不是证照"):
        decision.grant(casework.reviewed(b), decision="准予。", by=b.chief, at=b.at, certificate=make.told())


def test_a_certificate_item_is_not_granted_without_one(c):
    case = make.reviewed(c)
    with pytest.raises(NotNow, match="请填写证照"):
        decision.grant(case, decision="准予。", by=c.chief, at=c.at)
    case.refresh_from_db()
    assert case.state == "reviewed"


OTHER = intake.Person("person", "钱办事", "110101199003070038", "13800000002", "示范路2号")


def test_a_number_is_used_once_and_only_its_holder_may_keep_it(c, client):
    first = make.granted(c)
    second, third = make.reviewed(c), make.reviewed(c, person=OTHER)
    at_desk(client, c.chief)
    page = said(client.post(url("case-grant", second), FILLED))
    assert "已经用在" in page and first.number in page
    assert "不能沿用" in said(client.post(url("case-grant", third), FILLED | {"reissued": "on"}))
    client.post(url("case-grant", second), FILLED | {"reissued": "on"})
    new, old = second.certificate, Certificate.objects.get(case=first)
    assert new.replaces == old and new.current and not old.current
    third.refresh_from_db()
    assert third.state == "reviewed"


@pytest.mark.clause("D8")
def test_a_slip_is_corrected_before_delivery_and_the_letter_is_made_anew(c, client):
    case = make.granted(c)
    old = Paper.objects.about(case).of_kind("grant").get()
    at_desk(client, c.clerk_a)
    assert client.get(url("case-certificate", case)).status_code == 403
    at_desk(client, c.chief)
    assert "更正证照的笔误" in said(client.get(url("case", case)))
    page = said(client.get(url("case-certificate", case)))
    assert f'value="{make.NUMBER}"' in page and "长期有效" in page
    assert "没有改动" in said(client.post(url("case-certificate", case), FILLED | {"scope": "", "reason": "看看"}))
    told = FILLED | {"certificate_number": "示范证字第0002号", "validity": "indefinite", "reason": "末位写错。"}
    assert "请填写" in said(client.post(url("case-certificate", case), told | {"reason": ""}))
    client.post(url("case-certificate", case), told)
    old.refresh_from_db()
    assert old.state == "voided" and "末位写错" in old.void_reason
    new = pdf_words(case)
    assert "0002" in new["certificate_number"] and new["corrects"] == old.number
    line = Entry.objects.about(case).get(verb="approvals.case.correct_certificate")
    assert list(OutboxEvent.objects.filter(entry=line).values_list("kind", flat=True)) == ["closing"]
    assert line.facts["reason"] == "末位写错。" and make.NUMBER in line.facts["was"]
    delivered(c, case)
    assert "更正证照的笔误" not in said(client.get(url("case", case)))
    assert "送达以前" in said(client.post(url("case-certificate", case), told | {"scope": "全省。"}))
    assert Certificate.objects.get(case=case).valid_until is None


def test_a_number_written_by_mistake_goes_back_to_its_certificate(c):
    first, second = make.granted(c), make.reviewed(c)
    decision.grant(second, decision="准予。", by=c.chief, at=c.at, certificate=make.told(reissued=True))
    from_before = Certificate.objects.get(case=first)
    assert not from_before.current
    told = make.told("示范证字第0009号")
    certifying.correct(second, told, reason="不是换发。", by=c.chief, at=c.at)
    from_before.refresh_from_db()
    assert from_before.current and Certificate.objects.get(case=second).replaces is None


def delivered(c, case) -> None:
    at = clock.now()
    papers.empty_tray(at=at, limit=20)
    told = {"collector": COLLECTED["collector"], "id_number": COLLECTED["collector_id"], "relation": ""}
    delivering.hand_over(case, **told, by=c.clerk_a, at=at)


def test_the_receipt_lists_the_certificate_handed_over(c):
    by_hand, online = make.granted(c), make.granted(c, make.told("示范证字第0002号"))
    delivered(c, by_hand)
    listed = Paper.objects.about(by_hand).of_kind("delivery").get().context["documents"]
    assert listed[-1] == {"name": make.NAME, "number": make.NUMBER} and len(listed) == 2
    delivering.agree(online, how=delivering.ONLINE, by=c.citizen, at=c.at)
    papers.empty_tray(at=c.at, limit=20)
    delivering.deliver_online(online, by=c.clerk_a, at=c.at)
    assert len(Paper.objects.about(online).of_kind("delivery").get().context["documents"]) == 1


def test_the_tracking_page_shows_the_certificate_in_the_same_query(c, client):
    case = make.granted(c, make.told(scope="只限本市。"))
    page = found(client, case)
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        shown = said(client.get(page))
    assert make.NUMBER in shown and "2030-03-01" in shown and "只限本市。" in shown
    assert len(asked) == 4, [query["sql"][:90] for query in asked]


def test_others_are_told_the_certificate_and_the_archive_and_the_search_have_it(c, client):
    case = make.granted(c)
    entry = Entry.objects.about(case).get(verb="approvals.case.grant")
    told = _closing(Saying(Case.objects.with_context().get(pk=case.pk), entry, full=False))["certificate"]
    assert told == {
        "name": make.NAME, "number": make.NUMBER, "valid_from": "20260302", "valid_until": "20300301", "scope": "",
    }  # fmt: skip
    finding.index(at=c.at)
    at_desk(client, c.clerk_a)
    assert case.number in said(client.get(reverse("desk:search"), {"q": make.NUMBER}))
    papers.empty_tray(at=c.at, limit=20)
    kept = package(case, None)
    assert make.NUMBER.encode() in unzipped(kept)


def unzipped(raw: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as box:
        return b"".join(box.read(name) for name in box.namelist() if "process" in name)
