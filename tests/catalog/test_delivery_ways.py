"""送达方式：指南里写得对、看得见、改了说得清；送达照它办，说“不”的不受它限。"""

import json

import pytest
from django.urls import reverse

from approvals.actions import decision, delivering
from approvals.rules.delivery import ways_of
from catalog import rules
from catalog.actions import comparing, publishing
from catalog.rules.delivery import check_delivery, days_promised, ways_offered
from office.papers import actions as papers
from office.steps import NotNow
from tests import casework
from tests import makers as people
from tests.approvals.test_delivering import OWN, POST
from tests.catalog import makers
from tests.catalog.pages import edit, url
from tests.portal.desks import at_desk, ready, said

WINDOW = {"way": "window", "how": "带证件来领。", "days": 3}
BY_POST = {"way": "express", "how": "寄到您留的地址。", "days": 5, "postage": "agency"}
ONLINE = {"way": "electronic", "how": "在查进度页下载。"}


@pytest.mark.clause("D2")
@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([WINDOW, BY_POST, ONLINE], ""),
        ([], ""),
        ([{"way": "pigeon", "how": "飞来。"}], "要选窗口领取、邮寄送达或者电子送达"),
        ([{"way": "window"}], "写明怎么拿到"),
        ([WINDOW, WINDOW], "窗口领取写了两次"),
        ([{**WINDOW, "days": 11}], "只能写1到10"),
        ([{**WINDOW, "days": True}], "只能写1到10"),
        ([{**WINDOW, "postage": "agency"}], "只有邮寄送达的才写邮费"),
        ([{**BY_POST, "postage": "nobody"}], "邮费只能由本机关付"),
    ],
)
def test_what_may_be_written(rows, fault):
    found = check_delivery(rows)
    assert (fault in "；".join(found)) if fault else not found


@pytest.mark.clause("D2")
def test_a_paper_way_is_left_to_those_who_do_not_agree_to_an_electronic_one():
    assert any("不能只有电子送达" in one for one in check_delivery([ONLINE]))
    assert not check_delivery([ONLINE, WINDOW])


def test_a_guide_from_before_says_nothing_and_means_the_same(bureau):
    """没有写送达方式的：三种都可以，照法律的十天，摘要与从前相同。"""
    guide = makers.draft(bureau, makers.item(bureau))
    assert ways_offered(guide) == ["window", "express", "electronic"] and days_promised(guide) == 10
    assert "delivery" in rules.GUIDE_CONTENT
    parts = {"materials": [], "bases": [], "desks": []}
    before = rules.content_digest(guide, **parts)
    guide.delivery = [WINDOW]
    assert ways_offered(guide) == ["window"] and days_promised(guide) == 3
    assert rules.content_digest(guide, **parts) != before


@pytest.mark.clause("D2")
def test_an_editor_fills_it_in_and_the_difference_says_so(client, bureau):
    people.sign_in(client, bureau.editor)
    first = makers.published(bureau, makers.item(bureau), delivery=[WINDOW])
    draft = publishing.draft_from(item=first.item, guide=first, by=bureau.editor, at=bureau.at)
    rows = {
        "delivery-0-how": "带身份证来领。", "delivery-0-days": "2", "delivery-1-way": "express",
        "delivery-1-how": "寄给您。", "delivery-1-postage": "applicant",
    }  # fmt: skip
    assert edit(client, draft, **rows).status_code == 302
    draft.refresh_from_db()
    assert draft.delivery == [
        {"way": "window", "how": "带身份证来领。", "days": 2},
        {"way": "express", "how": "寄给您。", "postage": "applicant"},
    ]
    assert [one.text for one in comparing.compare(draft).changes] == [
        "窗口领取的办法由“带证件来领。”改为“带身份证来领。”",
        "窗口领取的期限由 3 个工作日改为 2 个工作日",
        "新增送达方式：邮寄送达",
    ]
    page = client.get(url("guide", "change", first.pk)).content.decode()
    assert "<b>窗口领取</b>：带证件来领。" in page and "作出决定之日起 3 个工作日内" in page
    edit(client, draft, **{"delivery-1-way": "window"})
    assert "窗口领取写了两次" in client.get(url("guide", "change", draft.pk)).content.decode()


@pytest.fixture
def b(bureau):
    return ready(bureau, delivery=[WINDOW, BY_POST])


@pytest.mark.clause("S7")
def test_only_the_ways_of_the_guide_are_offered_and_done(b, client):
    case = casework.granted(b)
    assert ways_of(case) == ["window", "express"]
    at_desk(client, b.clerk_a)
    page = said(client.get(reverse("desk:case-deliver", args=[case.number])))
    assert 'value="express"' in page and 'value="electronic"' not in page
    for deed in (
        lambda: delivering.agree(case, how=delivering.AT_WINDOW, by=b.clerk_a, at=b.at),
        lambda: delivering.deliver_online(case, by=b.clerk_a, at=b.at),
    ):
        with pytest.raises(NotNow, match="没有电子送达"):
            deed()
    papers.empty_tray(at=b.at, limit=10)
    delivering.hand_over(case, **OWN, by=b.clerk_a, at=b.at)
    case.refresh_from_db()
    assert case.state == "delivered"


def test_a_result_only_for_collection_is_not_posted(bureau):
    b = ready(bureau, delivery=[WINDOW])
    case = casework.granted(b)
    with pytest.raises(NotNow, match="公布的送达方式是窗口领取，没有邮寄送达"):
        delivering.dispatch(case, **POST, by=b.clerk_a, at=b.at)
    case.outcome = "refused"
    assert ways_of(case) == ways_of(case, result=False) == ["window", "express", "electronic"]


@pytest.mark.clause("S7")
def test_the_clock_keeps_the_promise_of_the_guide(b):
    case = casework.granted(b)
    assert case.clocks.get(kind="delivery").value == 5


def test_a_citizen_reads_how_the_result_comes(b, client):
    case = decision.grant(casework.reviewed(b), decision="准予登记。", by=b.chief, at=b.at)
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    page = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "窗口领取、邮寄送达。" in page and "同意电子送达" not in page
    guide = said(client.get(reverse("hall:guide", args=[b.item.code])))
    assert "寄到您留的地址。" in guide and "作出决定之日起 5 个工作日内，邮费由我们付" in guide
    told = json.loads(client.get(reverse("api:guide", args=[b.item.code])).content)["delivery"]
    assert told[1] == {
        "way": {"code": "express", "label": "邮寄送达"}, "how": "寄到您留的地址。", "days": 5,
        "postage": {"code": "agency", "label": "本机关付"},
    }  # fmt: skip
    assert told[0]["postage"] is None
