"""联办：一份申请，三个机关分头办；一件退回、撤回，不动别的件的时钟。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, transaction

from approvals.actions import (
    correction,
    decision,
    delivering,
    drafts,
    intake,
    joint_course,
    joint_extension,
    joints,
    procedures,
    review,
)
from approvals.models import Draft, Joint, JointClock, JointExtension, Upload
from denials.actions import register
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow
from tests.approvals import together
from tests.casework import OK, PERSON, REFUSAL
from tests.makers import moment

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D9")]
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
MISSING = intake.Check("missing", "没有提交")


@pytest.fixture
def b(bureau):
    return together.matter(bureau)


def accept(b, case, at=None):
    at = at or b.at
    keys = case.materials.values_list("material__key", flat=True)
    intake.check_materials(case, checks=dict.fromkeys(keys, OK), by=b.clerk_a, at=at)
    return intake.accept(case, by=b.clerk_a, at=at)


def grant(b, n, case, at=None):
    at, part = at or b.at + HOUR, b.parts[n]
    review.begin(case, by=part.reviewer, at=at)
    review.give_opinion(case, opinion="pass", text="符合。", by=part.reviewer, at=at)
    return decision.grant(case, decision="准予。", by=part.chief, at=at)


def ticking(case):
    return list(case.clocks.order_by("pk").values_list("kind", "due_at", "paused_at", "ended_at"))


def test_one_submission_makes_a_case_for_each_agency(b):
    joint = together.submitted(b, proof=ContentFile(b"%PDF-1.7 x"))
    cases = together.branches(joint)
    assert [case.agency.code for case in cases] == ["zj", "sx", "xw"]
    assert {case.applicant_id for case in cases} == {joint.applicant_id}
    assert {case.intake_unit for case in cases} == {b.window}
    assert {case.query_code for case in cases} == {joint.query_code}
    assert joint.number.startswith("LB") and joint.first_contact == b.clerk_a
    assert Paper.objects.about(joint).of_kind("receipt").count() == 1
    assert not Paper.objects.of_kind("receipt").exclude(pk__in=Paper.objects.about(joint)).exists()
    assert Notice.objects.filter(channel="sms", kind="case.received").count() == 1


def test_the_shared_paper_is_uploaded_once_and_stands_in_every_case(b):
    joint = together.submitted(b, proof=ContentFile(b"%PDF-1.7 x"))
    uploads = Upload.objects.filter(case_material__case__joint=joint, case_material__material__name="共用证明")
    assert uploads.count() == 3
    assert len({upload.file.name for upload in uploads}) == 1
    receipt = Paper.objects.about(joint).get()
    assert [row["name"] for row in receipt.context["materials"]] == ["共用证明"]


def test_submitting_twice_is_one_joint(b):
    made = joints.start(matter=b.matter, chosen=["joint-zj", "joint-sx"], by=b.citizen, at=b.at, user=b.citizen)
    first = joints.submit(made, person=PERSON, by=b.citizen, at=b.at)
    assert joints.submit(made, person=PERSON, by=b.citizen, at=b.at) == first
    assert Joint.objects.count() == 1 and first.branches.count() == 2


def test_a_branch_alone_is_not_submitted(b):
    made = joints.start(matter=b.matter, chosen=["joint-zj", "joint-sx"], by=b.citizen, at=b.at)
    with pytest.raises(NotNow, match="联办申请里"):
        drafts.submit(joints.branches_of(made).first(), person=PERSON, answers={}, by=b.citizen, at=b.at)


def test_leaving_one_out_keeps_the_others(b):
    made = joints.start(matter=b.matter, chosen=["joint-zj", "joint-sx"], by=b.citizen, at=b.at)
    first, second = joints.branches_of(made)
    joints.leave_out(first, by=b.citizen, at=b.at)
    with pytest.raises(NotNow, match="只剩"):
        joints.leave_out(second, by=b.citizen, at=b.at)
    assert joints.submit(made, person=PERSON, by=b.citizen, at=b.at).branches.get().item.code == "joint-sx"


def test_the_shared_paper_is_checked_once(b):
    joint = together.submitted(b, proof=ContentFile(b"%PDF-1.7 x"))
    zj, sx, _xw = together.branches(joint)
    intake.check_materials(zj, checks={"application": OK, "proof-zj": OK}, by=b.clerk_a, at=b.at)
    verdicts = dict(sx.materials.values_list("material__name", "verdict"))
    assert verdicts == {"sx民政局登记申请书": "unchecked", "共用证明": "ok"}
    note = Entry.objects.about(sx).get(verb="approvals.case.check_together")
    assert note.facts["checked_in"] == zj.number


def test_the_joint_limit_runs_beside_the_branches_own(b):
    joint = together.submitted(b)
    first, second, _third = together.branches(joint)
    assert not joint.clocks.exists()
    accept(b, first)
    limit = joint.clocks.get()
    assert (limit.value, limit.unit, limit.due_at) == (45, "wd", moment("2026-05-05 00:00"))
    assert first.clocks.get(kind="statutory").due_at == moment("2026-03-31 00:00")
    accept(b, second, b.at + DAY)
    assert joint.clocks.get().due_at == limit.due_at


def test_three_agencies_each_end_in_its_own_way(b):
    """一件准予，一件补正以后准予，一件不予；谁的步也不动别人的时钟。"""
    joint = together.submitted(b)
    granted, corrected, refused = together.branches(joint)
    accept(b, granted)
    accept(b, refused)
    others = [ticking(granted), ticking(refused)]
    intake.check_materials(corrected, checks={"application": MISSING}, by=b.clerk_a, at=b.at)
    correction.notify(corrected, by=b.clerk_a, at=b.at + HOUR)
    assert [ticking(granted), ticking(refused)] == others
    grant(b, 0, granted)
    others = [ticking(corrected), ticking(refused)]
    joint.refresh_from_db()
    assert joint.state == "running" and joint.clocks.running().exists()
    assert [ticking(corrected), ticking(refused)] == others
    correction.answer(corrected, keys=["application"], by=b.citizen, at=b.at + DAY)
    accept(b, corrected, b.at + DAY)
    review.begin(refused, by=b.parts[2].reviewer, at=b.at + DAY)
    basis = refused.guide.bases.first()
    register.refuse_by_rule(refused, basis=basis, refusal=REFUSAL, by=b.parts[2].chief, at=b.at + DAY)
    grant(b, 1, corrected, b.at + DAY + HOUR)
    joint.refresh_from_db()
    assert joint.state == "decided" and joint.decided_at == b.at + DAY + HOUR
    assert joint.clocks.get().late is False
    for case in (granted, corrected, refused):
        case.refresh_from_db()
        for paper in Paper.objects.about(case):
            papers.render_now(paper, at=b.at + 2 * DAY)
        told = {"collector": "赵申请", "id_number": PERSON.id_number, "relation": ""}
        delivering.hand_over(case, **told, by=b.clerk_a, at=b.at + 2 * DAY)
    joint.refresh_from_db()
    assert (joint.state, joint.ended_at) == ("ended", b.at + 2 * DAY)


def test_withdrawing_one_leaves_the_others_alone(b):
    joint = together.submitted(b)
    first, second, third = together.branches(joint)
    for case in (first, second):
        accept(b, case)
    before = ticking(second), ticking(third), ticking(joint)
    decision.withdraw(first, reason="不办了。", by=b.citizen, at=b.at + HOUR)
    assert (ticking(second), ticking(third), ticking(joint)) == before
    joint.refresh_from_db()
    assert joint.state == "running"


def test_withdrawing_all_ends_the_joint(b):
    joint = together.submitted(b)
    for case in together.branches(joint):
        decision.withdraw(case, reason="不办了。", by=b.citizen, at=b.at + HOUR)
    joint.refresh_from_db()
    assert joint.state == "ended" and not joint.clocks.exists()


def test_the_limit_that_runs_out_goes_to_the_leaders(b):
    joint = together.submitted(b)
    accept(b, together.branches(joint)[0])
    late = moment("2026-05-05 00:00")
    assert joint_course.sweep(at=late - HOUR) == 0
    assert joint_course.sweep(at=late) == 1 and joint_course.sweep(at=late) == 0
    told = Notice.objects.filter(kind="joint.flag").values_list("to__username", flat=True)
    assert set(told) == {"chief.orgs", "deputy.1"}


def test_the_extension_is_once_before_expiry_and_by_the_government(b):
    joint = together.submitted(b)
    told = {
        "value": 15,
        "reason": "两个事项要实地核查。",
        "approver": "市政府示例负责人",
        "document": "示府批〔2026〕1号",
        **together.sanctioned(b),
    }
    with pytest.raises(NotNow, match="还没有起算"):
        joint_extension.extend(joint, **told, by=b.chief, at=b.at)
    accept(b, together.branches(joint)[0])
    for wrong in ({"value": 16}, {"document": " "}, {"approved_on": (b.at + DAY).date()}):
        with pytest.raises(NotNow):
            joint_extension.extend(joint, **{**told, **wrong}, by=b.chief, at=b.at)
    with pytest.raises(PermissionDenied):
        joint_extension.extend(joint, **told, by=b.clerk_a, at=b.at)
    own = ticking(together.branches(joint)[0])
    made = joint_extension.extend(joint, **told, by=b.chief, at=b.at)
    assert joint.clocks.get().due_at == made.due_after == moment("2026-05-26 00:00")
    assert ticking(together.branches(joint)[0]) == own
    assert made.paper.context["new_due"] and Notice.objects.filter(kind="case.extended", channel="sms").count() == 1
    with pytest.raises(NotNow, match="已经延过"):
        joint_extension.extend(joint, **told, by=b.chief, at=b.at)
    late = together.submitted(b)
    accept(b, together.branches(late)[0])
    with pytest.raises(NotNow, match="已经届满"):
        joint_extension.extend(late, **told, by=b.chief, at=moment("2026-05-05 00:00"))


def test_the_database_keeps_the_extension_as_recorded(b):
    joint = together.submitted(b)
    accept(b, together.branches(joint)[0])
    told = {
        "value": 3,
        "reason": "示例。",
        "approver": "示例",
        "document": "示府批〔2026〕1号",
        **together.sanctioned(b),
    }
    made = joint_extension.extend(joint, **told, by=b.chief, at=b.at)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        JointExtension.objects.filter(pk=made.pk).update(value=15)


SPECIAL = [
    {"key": "consult", "name": "专家评审", "kind": "2", "value": 10, "unit": "wd", "counted": False,
     "set_by": "law", "basis": "行政许可法第四十五条"},
]  # fmt: skip


def test_the_limit_stands_still_only_when_every_branch_under_way_does(bureau):
    b = together.matter(bureau, special_procedures=SPECIAL)
    joint = together.submitted(b)
    first, second, _third = together.branches(joint)
    accept(b, first)
    procedure = procedures.start(first, key="consult", reason="示例。", by=b.parts[0].reviewer, at=b.at)
    assert joint.clocks.get().paused_at == b.at
    accept(b, second, b.at + DAY)
    assert joint.clocks.get().paused_at is None
    resumed = joint.clocks.get().due_at
    procedures.finish(procedure, result="通过。", by=b.parts[0].reviewer, at=b.at + 2 * DAY)
    assert joint.clocks.get().due_at == resumed


def test_in_series_the_next_is_received_when_the_first_is_granted(bureau):
    b = together.matter(bureau, steps=(1, 2, 3))
    joint = together.submitted(b, proof=ContentFile(b"%PDF-1.7 x"))
    (first,) = together.branches(joint)
    accept(b, first)
    assert joints.begin_next(at=b.at + HOUR) == 0
    grant(b, 0, first)
    joint.refresh_from_db()
    assert joint.state == "running"
    at = b.at + DAY
    assert joints.begin_next(at=at) == 1 and joints.begin_next(at=at) == 0
    second = together.branches(joint)[1]
    assert second.received_at == at and second.agency.code == "sx"
    assert second.materials.get(material__name="共用证明").provided
    assert second.clocks.get().kind == "notice"


def test_in_series_a_step_that_fails_drops_the_rest(bureau):
    b = together.matter(bureau, steps=(1, 2, 2))
    joint = together.submitted(b)
    (first,) = together.branches(joint)
    decision.withdraw(first, reason="不办了。", by=b.citizen, at=b.at)
    joint.refresh_from_db()
    assert joint.state == "running"
    assert joints.begin_next(at=b.at + HOUR) == 2
    joint.refresh_from_db()
    assert joint.state == "ended" and not Draft.objects.open().exists()
    assert "以后的申请" in Notice.objects.get(kind="joint.next", channel="sms").body


def test_a_running_limit_is_one_per_joint(b):
    joint = together.submitted(b)
    accept(b, together.branches(joint)[0])
    clock = joint.clocks.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        JointClock.objects.create(
            joint=joint, kind="limit", value=1, unit="wd", started_at=clock.started_at, due_at=clock.due_at
        )
