"""改送受理点：申请人选错了镇街、窗口收错了地方，受理以前换一个受理点接着办；五个工作日照走，首问照旧。"""

import datetime

from django.db import transaction

from agencies.models import Post, Unit, User
from approvals.actions import deadlines, handover, intake, receiving_desks, telling, turns
from approvals.models import Case
from office.steps import NotNow, take


def candidates(case: Case, at: datetime.datetime) -> list[Unit]:
    """可以改送去的：收得了这个事项、由同一机关同一科室承办的别的受理点；联办的，是先调查的别的镇街。"""
    if case.joint_id is not None:
        found = receiving_desks.towns(case.intake_unit, [case.guide])
        return [one for one in found if one.pk != case.town_id]
    places = [one for one in receiving_desks.of(case.guide) if one.pk != case.intake_unit_id]
    return [one for one in places if intake.deciding_place(case.guide, one, at) == (case.agency, case.section)]


def redirect(case: Case, *, to: Unit, reason: str, by: User, at: datetime.datetime) -> Case:
    """改送：件交给那个受理点，由它此刻的首问接着负责，告诉申请人和它；期限不变，先由镇街调查的换成那个镇街。

    联办的由综合窗口收，不换收件的窗口，只换调查的镇街。Raises: NotNow（已经受理、那里不收、没有人）、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        left = case.town if case.joint_id is not None else case.intake_unit
        take(case, "redirect", by=by, at=at, frm=str(left or ""), to=str(to), reason=reason)
        if to not in candidates(case, at):
            raise NotNow(f"{to}不收这个事项，或者要由别的机关决定：请另选一个。")
        follower = Post.objects.first_contact_of(to, at)
        if follower is None:
            raise NotNow(f"{to}现在没有收件的人，请另选一个。")
        if case.joint_id is not None:
            case.town = to
        else:
            case.intake_unit, case.followed_by = to, follower
        case.examiner, case.examiners = None, []
        if level := turns.following(case):
            turns.assign(case, level)
        case.save(update_fields=["town", "intake_unit", "followed_by", "examiner", "examiners"])
        handover.onward(case, by=by, at=at)
        body = f"办件 {case.number} 由{left or case.intake_unit}改送到这里。原因：{reason}"
        telling.tell_staff(case, [follower], "case.redirected", f"改送来一件：{case.number}", body, by=by, at=at)
        body = f"办件 {case.number} 已转到{to}接着办，不用您再跑、再交；五个工作日内答复是否受理，期限不变。"
        telling.tell_applicant(case, "case.moved", "申请转到了另一个受理点", body, by=by, at=at)
    return case
