"""窗口收联办：一次填完，一份凭证，共用的材料交一次、核对一次；收进来的各件与网上交的一样走。"""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from agencies.models import User
from approvals.actions import advances, decision, intake, joints
from approvals.models import Case, Joint
from approvals.states import Channel, ConfirmedBy, Verdict
from catalog.models import JointItem
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework, makers
from tests.approvals import asking, together
from tests.approvals.test_confirming import sent_code
from tests.approvals.test_joints import accept, grant
from tests.casework import OK
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import FORM, PNG

pytestmark = pytest.mark.clause("D8")
NUMBER = "11010519491231002X"


@pytest.fixture
def b(bureau):
    b = together.matter(ready(bureau))
    for one in b.parts:
        one.item.audiences = ["1"]
        one.item.save()
    return b


def page_of(b, *, items=(0, 1, 2)) -> str:
    chosen = "&".join(f"item={b.parts[n].item.code}" for n in items)
    return f"{reverse('desk:receive-joint', args=[b.matter.code])}?{chosen}"


def told(**more):
    return {
        "kind": "person", "name": "赵申请", "id_number": NUMBER, "phone": "13800000001", "key": "abc",
        "provided": ["共用证明"], **more,
    }  # fmt: skip


def test_the_clerk_finds_the_matter_and_chooses_the_items(b, client):
    at_desk(client, b.clerk_a)
    assert b.matter.name in said(client.get(reverse("desk:intake"), {"q": "一件事"}))
    chosen = said(client.get(reverse("desk:receive-joint", args=[b.matter.code])))
    assert all(one.item.code in chosen for one in b.parts)
    shown = said(client.get(page_of(b, items=(0, 1))))
    assert b.parts[0].guide.name in shown and b.parts[2].guide.name not in shown
    assert "共用证明（2 个事项共用）" in shown and shown.count('value="共用证明"') == 1


def test_one_submission_one_receipt_and_many_cases(b, client):
    at_desk(client, b.clerk_a)
    answer = client.post(page_of(b), told())
    joint = Joint.objects.get()
    assert answer.url == reverse("desk:joint", args=[joint.number]) + "#next"
    assert client.post(page_of(b), told()).url == answer.url and Joint.objects.count() == 1  # 连按两下
    cases = together.branches(joint)
    assert [case.channel for case in cases] == [Channel.WINDOW] * 3
    assert {case.first_contact for case in cases} == {joint.first_contact} == {b.clerk_a}
    assert {case.applicant_id for case in cases} == {joint.applicant_id}
    assert Paper.objects.filter(kind="receipt").get() == Paper.objects.about(joint).get()
    for case in cases:
        rows = {row.material.name: row.provided for row in case.materials.select_related("material")}
        assert rows.pop("共用证明") and list(rows.values()) == [False]
    shown = said(client.get(answer.url))
    paper = Paper.objects.get()
    assert reverse("desk:joint-paper", args=[joint.number, paper.pk]) in shown
    assert reverse("desk:case-check", args=[cases[0].number]) in shown
    sheet = client.get(reverse("desk:joint-paper", args=[joint.number, paper.pk]))
    assert sheet["Content-Type"] == "application/pdf"


def test_shared_is_checked_once_and_all_handed_in_is_one_button(b, client):
    at_desk(client, b.clerk_a)
    client.post(page_of(b), told(provided=[], all="1"))
    first, *rest = together.branches(Joint.objects.get())
    assert all(row.provided for case in (first, *rest) for row in case.materials.all())
    keys = first.materials.values_list("material__key", flat=True)
    intake.check_materials(first, checks=dict.fromkeys(keys, OK), by=b.clerk_a, at=b.at)
    assert {case.materials.get(material__name="共用证明").verdict for case in rest} == {Verdict.OK}


def test_a_known_applicant_is_offered_and_mistakes_keep_what_was_typed(b, client):
    at_desk(client, b.clerk_a)
    together.submitted(b)
    shown = said(client.post(page_of(b), {"id_number": NUMBER, "key": "abc"}))
    assert 'value="赵申请"' in shown and 'value="13800000001"' in shown
    wrong = said(client.post(page_of(b), told(phone="12")))
    assert "电话号码不对" in wrong and 'value="赵申请"' in wrong and Joint.objects.count() == 1


def test_only_the_common_window_takes_it_in(b, client):
    for user in (b.reviewer, b.stranger, b.chief):
        makers.sign_in(client, user)
        assert client.get(page_of(b)).status_code == 404
        assert client.post(page_of(b), told()).status_code == 404
    assert not Joint.objects.exists() and not Case.objects.exists()


# 代为录入：一次确认管各个事项 -----------------------------------------------------


ANSWERS = {"org_name": "示例协会", "why": "new", "funds": "30000", "truth": "on"}


def enter(bureau, client, *steps):
    b = together.matter(ready(bureau), steps=steps, form=FORM)
    for one in b.parts:
        one.item.audiences = ["1"]
        one.item.save()
    at_desk(client, b.clerk_a)
    typed = {f"a{n}-{key}": value for n in (1, 2, 3) for key, value in ANSWERS.items()}
    answer = client.post(page_of(b), told(on_behalf="on", **typed))
    assert answer.status_code == 302, said(answer)
    b.joint = Joint.objects.get()
    return b


@pytest.fixture
def entered(bureau, client):
    """代为录入的一件事：头两个事项同时办，第三个等前一步。"""
    return enter(bureau, client, 1, 1, 2)


def confirmations_of(case) -> tuple:
    case.refresh_from_db()
    one = case.confirmations.get()
    return case.unconfirmed, one.way, bool(one.confirmed_at)


def test_one_sheet_lists_all_items_and_each_branch_waits_for_the_one_confirmation(entered, client):
    b, (first, second) = entered, together.branches(entered.joint)
    assert (first.unconfirmed, second.unconfirmed) == (1, 1)
    sheet = Paper.objects.get(kind="confirmation")
    assert sheet == Paper.objects.about(b.joint).of_kind("confirmation").get()
    assert [line for one in b.parts for line in sheet.context["lines"] if one.guide.name in line] == (
        sheet.context["lines"][1:]
    )
    joint_page = said(client.get(reverse("desk:joint", args=[b.joint.number])))
    assert reverse("desk:case-confirm", args=[first.number]) in joint_page
    for case in (first, second):
        shown = said(client.get(reverse("desk:case-confirm", args=[case.number])))
        assert reverse("desk:joint-paper", args=[b.joint.number, sheet.pk]) in shown
        assert "一次确认管联办" in shown and b.parts[2].guide.name in shown
    with pytest.raises(NotNow, match="申请人确认"):
        accept(b, first)


def test_one_print_has_the_forms_of_all_items_also_the_waiting_one(entered, client):
    first = together.branches(entered.joint)[0]
    printed = client.post(reverse("desk:case-form", args=[first.number]))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(printed.getvalue())).pages)
    assert all(one.guide.name in text.replace("\n", "") for one in entered.parts)


def test_one_code_confirms_every_branch_and_the_journals_name_it(entered, client):
    b, (first, second) = entered, together.branches(entered.joint)
    one = second.confirmations.get()
    client.post(reverse("desk:confirm", args=[second.number, one.pk, "send"]))
    assert Notice.objects.filter(kind="case.confirm_code").count() == 1
    code = sent_code(second)
    assert b.joint.number in Notice.objects.get(kind="case.confirm_code").body
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    client.post(reverse("desk:confirm", args=[first.number, first.confirmations.get().pk, "code"]), {"code": wrong})
    assert second.confirmations.get().tries == 1, "试错的次数是一起数的"
    client.post(reverse("desk:confirm", args=[first.number, first.confirmations.get().pk, "code"]), {"code": code})
    for case in (first, second):
        assert confirmations_of(case) == (0, "code", True)
        entry = Entry.objects.about(case).get(verb="approvals.case.confirm")
        assert entry.facts["way"] == "短信验证码" and b.joint.number in entry.facts["together"]
        assert "各个事项一次确认" in said(client.get(reverse("desk:case-history", args=[case.number])))


def signed_in(client, case) -> None:
    url = reverse("desk:confirm", args=[case.number, case.confirmations.get().pk, "sign"])
    client.post(url, {"signer": "赵申请", "scan": SimpleUploadedFile("签名.png", PNG)})


def test_one_signed_page_is_in_the_file_of_every_branch(entered, client):
    first, second = together.branches(entered.joint)
    signed_in(client, second)
    for case in (first, second):
        assert confirmations_of(case) == (0, "signed", True)
        assert case.attachments.get() == case.confirmations.get().scan
    assert first.attachments.get().file.name == second.attachments.get().file.name


def test_a_later_step_is_covered_by_the_confirmation_already_given(bureau, client):
    b = enter(bureau, client, 1, 2, 2)
    (first,) = together.branches(b.joint)
    signed_in(client, first)
    accept(b, first)
    grant(b, 0, first)
    assert joints.begin_next(at=b.at + casework.HOUR) == 2
    for later in together.branches(b.joint)[1:]:
        assert confirmations_of(later) == (0, "signed", True) and later.confirmations.get().signer == "赵申请"
        assert later.attachments.get().digest == first.attachments.get().digest
        verbs = set(Entry.objects.about(later).values_list("verb", flat=True))
        assert {"approvals.case.ask_confirmation", "approvals.case.confirm"} <= verbs
    assert Paper.objects.filter(kind="confirmation").count() == 1


def test_the_citizen_confirms_once_on_the_joint_page(entered, client):
    b, (first, second) = entered, together.branches(entered.joint)
    client.logout()
    client.post(reverse("hall:track"), {"number": b.joint.number, "code": b.joint.query_code})
    url = reverse("hall:confirm", args=[first.number])
    assert url in said(client.get(reverse("hall:joint", args=[b.joint.number])))
    shown = said(client.get(url))
    assert b.parts[2].guide.name in shown and "管这件事的各个事项" in shown
    client.post(url, {"pk": first.confirmations.get().pk})
    assert confirmations_of(first) == confirmations_of(second) == (0, "online", True)
    assert url not in said(client.get(reverse("hall:joint", args=[b.joint.number])))


def test_a_withdrawn_branch_does_not_keep_the_others_from_being_confirmed(entered, client):
    b, (first, second) = entered, together.branches(entered.joint)
    decision.withdraw(first, reason="不办了。", by=User.objects.system(), at=b.at, way=ConfirmedBy.EXCHANGE)
    one = second.confirmations.get()
    client.post(reverse("desk:confirm", args=[second.number, one.pk, "send"]))
    client.post(reverse("desk:confirm", args=[second.number, one.pk, "code"]), {"code": sent_code(second)})
    assert confirmations_of(second) == (0, "code", True) and not first.confirmations.get(matter="entry").confirmed_at


@pytest.mark.clause("Z1")
def test_a_first_contact_goes_on_as_the_joint_matter_and_its_clerk_stays_responsible(b, client):
    contact = asking.asked(b, by=b.clerk_a)
    at_desk(client, b.clerk_b)
    found = said(client.get(reverse("desk:intake"), {"q": "一件事", "contact": contact.number}))
    assert f"{b.matter.code}/?contact={contact.number}" in found or f"?contact={contact.number}" in found
    JointItem.objects.filter(matter=b.matter, item=b.parts[2].item).update(optional=True)
    start = reverse("desk:receive-joint", args=[b.matter.code])
    assert f'value="{contact.number}"' in said(client.get(start, {"contact": contact.number})), "换一页也带着"
    here = f"{page_of(b)}&contact={contact.number}"
    shown = said(client.get(here))
    assert "周先生" in shown
    assert f"接着办首问 {contact.number}" in shown
    client.post(here, told())
    joint, cases = Joint.objects.get(), together.branches(Joint.objects.get())
    assert {joint.first_contact, *(case.first_contact for case in cases)} == {b.clerk_a}, "首问责任人不换"
    contact.refresh_from_db()
    assert (contact.state, contact.case) == ("case", cases[0])
    client.post(here, told())
    assert Joint.objects.count() == 1


@pytest.mark.clause("Z1", "D5")
def test_what_was_looked_at_before_goes_on_as_the_joint_matter(b, client):
    asked = {"name": "赵申请", "phone": "13800000001", "looked_at": {}, "advice": "带齐三样。"}
    advance = advances.begin(guide=b.parts[1].guide, unit=b.window, by=b.clerk_a, at=b.at, **asked)
    at_desk(client, b.clerk_a)
    link = f"{reverse('desk:receive-joint', args=[b.matter.code])}?advance={advance.pk}"
    assert link in said(client.get(reverse("desk:advance", args=[advance.pk])))
    client.post(f"{page_of(b)}&advance={advance.pk}", told())
    advance.refresh_from_db()
    assert advance.case.item == b.parts[1].item, "同一个事项的那一件"
    assert link not in said(client.get(reverse("desk:advance", args=[advance.pk])))
