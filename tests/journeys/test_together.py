"""一件事的路：三个机关，一次申请，一个编号；一件准予、一件补正以后准予、一件撤回，谁也不动谁的钟。"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.actions import archiving
from approvals.models import Archive, Draft, Joint, JointDraft, Upload
from office.papers import actions as papers
from office.papers.models import Paper
from office.workdays import clock
from tests.approvals import together
from tests.approvals.test_confirming import sent_code
from tests.makers import sign_in
from tests.portal.desks import said
from tests.portal.hall_cast import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D9")]
PERSON = {"kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001"}


@pytest.fixture
def b(bureau):
    bureau.at = clock.now()
    made = together.matter(bureau)
    for part in made.parts:
        part.item.audiences = ["1", "4"]
        part.item.save()
    return made


def apply(client, b) -> Joint:
    """没有账号的人：选三个事项，填一次人，传一份共用证明，核对，交。"""
    page = said(client.get(reverse("hall:matter", args=["together"])))
    assert "zj民政局登记" in page and "3 个事项共用" in page
    codes = {"item": [part.item.code for part in b.parts]}
    answer = client.post(reverse("hall:matter-start", args=["together"]), codes)
    assert answer.status_code == 302
    made = JointDraft.objects.get()
    answer = client.post(answer.url, PERSON)
    assert answer.url == reverse("hall:joint-materials", args=[made.token])
    page = said(client.get(answer.url))
    assert page.count("共用证明</h2>") == 1
    lead = Draft.objects.filter(joint=made).order_by("pk").first()
    files = {f"file-{lead.pk}-{b.parts[0].proof}": SimpleUploadedFile("证明.pdf", PDF)}
    answer = client.post(answer.url, files)
    assert answer.url == reverse("hall:joint-check", args=[made.token])
    page = said(client.get(answer.url))
    assert "证明.pdf" in page and "提交申请" in page
    answer = client.post(reverse("hall:joint-submit", args=[made.token]))
    joint = Joint.objects.get()
    assert answer.url == reverse("hall:joint", args=[joint.number])
    assert client.post(reverse("hall:joint-submit", args=[made.token])).url == answer.url
    page = said(client.get(answer.url))
    assert joint.query_code in page
    return joint


def check(client, case, verdict="ok", comment=""):
    keys = case.materials.values_list("material__key", flat=True)
    told = {f"verdict-{key}": "ok" for key in keys} | {f"comment-{key}": "" for key in keys}
    told |= {"verdict-application": verdict, "comment-application": comment}
    assert client.post(reverse("desk:case-check", args=[case.number]), told).status_code == 302


def step(client, name, case, **told):
    answer = client.post(reverse(f"desk:{name}", args=[case.number]), told)
    assert answer.status_code == 302, said(answer)
    case.refresh_from_db()


def ticking(case):
    return list(case.clocks.order_by("pk").values_list("kind", "due_at", "paused_at", "ended_at"))


def granted(client, part, case):
    sign_in(client, part.reviewer)
    step(client, "case-begin-review", case)
    step(client, "case-opinion", case, opinion="pass", text="符合。")
    sign_in(client, part.chief)
    step(client, "case-grant", case, decision="准予登记。")


def test_one_matter_three_agencies(b, client):
    joint = apply(client, b)
    first, second, third = together.branches(joint)
    assert Upload.objects.filter(case_material__case__joint=joint).count() == 3
    citizen = client
    desk = type(client)()
    sign_in(desk, b.clerk_a)
    check(desk, first)
    assert second.materials.get(material__name="共用证明").verdict == "ok"  # 同一样材料已经核对过了
    step(desk, "case-accept", first)
    check(desk, second, "missing", "没有提交申请书")
    step(desk, "case-notify", second)
    check(desk, third)
    step(desk, "case-accept", third)
    limit = joint.clocks.get().due_at
    before = ticking(first), ticking(third)

    page = said(citizen.get(reverse("hall:joint", args=[joint.number])))
    assert "网上补材料" in page and page.count("已受理") >= 2
    granted(desk, b.parts[0], first)
    page = said(citizen.get(reverse("hall:joint", args=[joint.number])))
    assert "已经有结果的 1 个" in page and "决定书" in page
    assert ticking(third) == before[1] and joint.clocks.get().due_at == limit

    before = ticking(first), ticking(second)
    withdraw = reverse("hall:withdraw", args=[third.number])
    citizen.post(withdraw, {"send": "1", "reason": "不办了"})
    citizen.post(withdraw, {"code": sent_code(third)})
    third.refresh_from_db()
    assert third.state == "withdrawn" and (ticking(first), ticking(second)) == before

    files = {"file-application": SimpleUploadedFile("申请书.pdf", PDF)}
    citizen.post(reverse("hall:supplement", args=[second.number]), files)
    sign_in(desk, b.clerk_a)
    check(desk, second)
    step(desk, "case-accept", second)
    granted(desk, b.parts[1], second)
    joint.refresh_from_db()
    assert joint.state == "decided" and not joint.clocks.running().exists()
    page = said(citizen.get(reverse("hall:joint", args=[joint.number])))
    assert "都有结果了" in page

    sign_in(desk, b.clerk_a)
    papers.empty_tray(at=clock.now(), limit=100)
    out = {"cases": [first.number, second.number], "collector": "赵申请", "relation": ""}
    out |= {"id_kind": "resident", "id_number": PERSON["id_number"]}
    desk.post(reverse("desk:joint-deliver", args=[joint.number]), out)  # 一个窗口，一次出件
    assert Paper.objects.about(joint).of_kind("delivery").count() == 1
    for case in (first, second):
        case.refresh_from_db()
        assert case.unit == b.window and case.state == "delivered"
        step(desk, "case-close", case)
    joint.refresh_from_db()
    assert joint.state == "ended"
    assert "全部办结" in said(citizen.get(reverse("hall:joint", args=[joint.number])))
    papers.empty_tray(at=clock.now(), limit=100)
    archiving.make_due(at=clock.now())
    assert Archive.objects.exclude(file="").count() == 3, "撤回的一件也归档"


def test_found_again_by_number_and_code(b, client):
    joint = apply(client, b)
    stranger = type(client)()
    assert stranger.get(reverse("hall:joint", args=[joint.number])).status_code == 404
    answer = stranger.post(reverse("hall:track"), {"number": joint.number, "code": joint.query_code})
    assert answer.url == reverse("hall:joint", args=[joint.number])
    page = said(stranger.get(answer.url))
    assert joint.query_code not in page and "接收凭证" in page
    case = together.branches(joint)[0]
    assert stranger.get(reverse("hall:track-case", args=[case.number])).status_code == 200


def test_a_branch_of_the_draft_leads_back_to_the_whole(b, client):
    client.post(reverse("hall:matter-start", args=["together"]), {"item": ["joint-zj", "joint-sx"]})
    made = JointDraft.objects.get()
    row = Draft.objects.filter(joint=made).first()
    for name in ("apply", "apply-check", "apply-discard"):
        answer = client.get(reverse(f"hall:{name}", args=[row.token]))
        assert answer.url == reverse("hall:joint-apply", args=[made.token])
    assert client.post(reverse("hall:apply-submit", args=[row.token])).url == answer.url
    client.post(reverse("hall:joint-leave-out", args=[made.token]), {"item": "joint-sx"})
    page = said(client.get(answer.url))
    assert "sx民政局登记" not in page and "不办这一个" not in page
