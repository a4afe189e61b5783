"""整件事一次同意电子送达：一份电子送达确认书，管各个事项，后一步收件的也管；收回也是一次。

确认书是联办件的一份，还有效就是还同意着；各件照旧各有一行同意(DeliveryConsent)，连着这一份，写明从哪里来。
只收回其中一件的，从那一件收回，别的照旧。
"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import delivering, joint_course, letters
from approvals.models import Case, DeliveryConsent, Joint
from approvals.rules.delivery import not_offered
from catalog.rules.delivery import ways_offered
from catalog.states import DeliveryWay
from office.journal import actions as journal
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow

ONLINE, AT_WINDOW = "在网上一次同意，管整件事的各个事项", "在窗口签一份确认书，管整件事的各个事项"
NOTHING = "这件事里没有还要送达、又可以电子送达的事项。"


def standing(joint: Joint) -> Paper | None:
    """整件事的电子送达确认书，还有效的那一份；没有同意过、收回了的是 None。"""
    found: Paper | None = Paper.objects.about(joint).of_kind("electronic_consent").in_force().order_by("-pk").first()
    return found


def takes(case: Case) -> bool:
    """这一件现在能管：还没有送达、没有终止，又可以电子送达。"""
    return not (case.delivered_at or case.closed_at or not_offered(case, DeliveryWay.ELECTRONIC))


def may_agree(joint: Joint) -> bool:
    return any(takes(case) for case in joint.branches.select_related("guide")) or bool(_later(joint))


def _later(joint: Joint) -> list[str]:
    """等前一步、收件以后也管的事项。"""
    rows = joint_course.waiting_of(joint).select_related("guide")
    return [row.guide.name for row in rows if DeliveryWay.ELECTRONIC in ways_offered(row.guide)]


def agree(joint: Joint, *, how: str, by: User, at: datetime.datetime) -> Paper:
    """同意：还没有送达的各件都记上，出一份确认书；同意过的还是那一份。

    Raises: NotNow(没有可以电子送达的)、PermissionDenied。
    """
    with transaction.atomic():
        cases = [case for case in _locked(joint, by) if takes(case)]
        joint.lock()
        if (known := standing(joint)) is not None:  # 连按两下，还是那一次同意
            return known
        names = [case.guide.name for case in cases] + _later(joint)
        if not names:
            raise NotNow(NOTHING)
        paper = letters.joint_electronic_consent(joint, names, how, by=by, at=at)
        for case in cases:
            delivering.covered(case, paper, by=by, at=at)
        _noted(joint, "agree_to_electronic", names, by=by, at=at)
    return paper


def extend_to(case: Case, *, by: User, at: datetime.datetime) -> None:
    """后一步刚收的件：整件事同意过的，它也算；还是那一份确认书。在收件的事务里、联办件已锁住时调用。"""
    paper = standing(case.joint) if case.joint is not None else None
    if paper is not None and takes(case):
        delivering.covered(case, paper, by=by, at=at)


def take_back(joint: Joint, *, by: User, at: datetime.datetime) -> None:
    """收回：还没有送达的各件都改用纸质，确认书作废；已经电子送达的仍然有效。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        cases = _locked(joint, by)
        joint.lock()
        paper = standing(joint)
        if paper is None:
            raise NotNow("没有同意过电子送达，不必收回。")
        rows = DeliveryConsent.objects.filter(case__in=cases, paper=paper, withdrawn_at=None).select_related("case")
        changed = [row.case for row in rows if delivering.may_still_settle(row.case)]
        for case in changed:
            delivering.take_back(case, by=by, at=at)
        papers.void(paper, reason="申请人收回同意", by=User.objects.system(), at=at)
        _noted(joint, "refuse_electronic", [case.guide.name for case in changed], by=by, at=at)


def _locked(joint: Joint, by: User) -> list[Case]:
    """按先后锁住各件。Raises: PermissionDenied(不是申请人，也不是收件窗口)。"""
    rows = Case.objects.filter(joint=joint).select_related("guide", "intake_unit").order_by("pk")
    cases = list(rows.select_for_update(of=("self",), no_key=True))
    if not all(rules.may_handle_materials(case, by) for case in cases):
        raise PermissionDenied("只有申请人自己或综合窗口可以登记。")
    return cases


def _noted(joint: Joint, verb: str, items: list[str], *, by: User, at: datetime.datetime) -> None:
    state, facts = joint.state, {"items": items}
    journal.record(f"approvals.joint.{verb}", about=joint, by=by, at=at, before=state, after=state, facts=facts)
