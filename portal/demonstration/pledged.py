"""戏：告知承诺。用承诺代替一份证明，当场办结，事后核查：一件等着核查，一件查出不实、在整改。"""

from agencies.states import Role
from approvals.actions import decision, pledges
from approvals.models import Pledge
from portal.demonstration import people
from portal.demonstration.certified import invented
from portal.demonstration.scripts import MINUTE, Play
from portal.demonstration.stage import Script

MATERIAL = "premises"


def pledged(play: Play, ago: int) -> Script:
    """等着核查。"""
    at = yield play.days.at(ago, "10:20")
    case = play.receive(at, lacking=MATERIAL)
    clerk = people.on_duty(case.intake_unit, Role.CLERK, at)
    if MATERIAL in pledges.offered(case, at):
        pledges.sign(case, key=MATERIAL, signer=case.applicant.contact_name, by=clerk, at=at + 5 * MINUTE)
    play.accept(case, at + 10 * MINUTE)
    words, issued = f"{play.guide.name}已办结。", invented(case, at)
    decision.grant_on_the_spot(case, decision=words, by=clerk, at=at + 20 * MINUTE, certificate=issued)


def found_false(play: Play, ago: int) -> Script:
    """核查不实，责令限期整改。"""
    yield from pledged(play, ago)
    at = yield play.days.at(ago - 4, "15:10")
    pledge = Pledge.objects.filter(case__submission_key=play.key).first()
    if pledge and pledge.owner:
        found = "现场看到租赁合同还有四个月到期，不足一年。"
        pledges.check(pledge, result="false", found=found, by=pledge.owner, at=at)
