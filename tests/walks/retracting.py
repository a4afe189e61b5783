"""准予、送达以后收回：撤回、撤销（提出、送告知书、听取、报请、审定、送决定书），别处已经定了的登记、确认；注销。"""

from approvals.actions import cancelling, leaders, parties, retractions
from approvals.actions.retractions import Grounds
from approvals.models.delivery import Sent
from approvals.rules import retractions as rules
from approvals.states import CancelGround, KeepWhy, RetractionGround, RetractionState

SAID = {"facts": "示例的事实。", "reasons": "示例的理由。", "basis": "示例依据"}
S = RetractionState


class Retracting:
    def retract(self, case):
        """没有正在收回的就提出，有就往下走一步；不是准予的，是叫回的事。"""
        if case.outcome != "granted" and self.n % 8:
            return self.recall(case)
        one = case.retractions.open().order_by("pk").last()
        if one is None:
            self.propose(case)
        elif one.state in (S.PROPOSED, S.HEARING) and self.n % 7 == 0:
            self.press(retractions.drop, one, reason="查明不必收回。", by=self.by(*self.crew_of(case).reviewers))
        elif one.state == S.PROPOSED:
            self.tell(one)
        elif one.state == S.HEARING:
            self.listen(one)
        elif one.state == S.ASKED:
            self.decide(one)
        else:
            self.send(case, Sent(retraction=one), self.at_the_window(case))
        return None

    def propose(self, case):
        ground = list(RetractionGround)[self.n % len(RetractionGround)]
        told = SAID | {"kind": rules.kind_of(ground), "ground": ground}
        if ground in rules.WITHDRAWING:
            told["public_interest"] = "示例的公共利益。"
        if ground in rules.REDRESSED:
            told["redress"] = "查明没有损失。"
        if ground == RetractionGround.ELSEWHERE:
            told |= {"document": "示范撤字〔2026〕1号", "ended_on": self.at.date()}
        crew = self.crew_of(case)
        by = self.by(*crew.reviewers, *crew.chiefs)
        self.press(retractions.propose, case, Grounds(**told), by=by)

    def tell(self, one):
        if one.ground == RetractionGround.ELSEWHERE:
            self.press(retractions.ask_to_confirm, one, by=self.by(*self.crew_of(one.case).chiefs))
        else:
            self.send(one.case, Sent(retraction=one, of_notice=True), self.at_the_window(one.case))

    def listen(self, one):
        """五日里本人可以说；一半的时候等到期满，再报请。"""
        crew = self.crew_of(one.case)
        if self.n % 3 == 0:
            self.press(parties.state_online, one.case, text="示例的申辩。", by=self.by(*crew.applicant))
        else:
            self.until(one.hear_due_at)
            self.press(retractions.ask, one, heard="没有人陈述、申辩。", by=self.by(*crew.chiefs))

    def decide(self, one):
        by = self.by(*leaders.on_duty(one.case, self.at))
        which, why = self.n % 6, list(KeepWhy)[self.n % len(KeepWhy)]
        if which == 0:
            self.press(retractions.keep, one, why=why, decision="示例的理由。", by=by)
        elif which == 1:
            self.press(retractions.send_back, one, text="请再查一查。", by=by)
        else:
            self.press(retractions.sanction, one, decision="同意。", by=by)

    def cancel(self, case):
        """注销：证照失效了的凭那一项，没有失效的随便一种；没有证照的，多半看收回。"""
        if not hasattr(case, "certificate") and self.n % 8:
            return self.retract(case)
        ended = hasattr(case, "certificate") and case.certificate.ended_as
        ground = CancelGround.RETRACTED if ended and self.n % 4 else list(CancelGround)[self.n % len(CancelGround)]
        told = {"ground": ground, "cancelled_on": self.at.date(), "facts": "示例的事实。", "basis": "示例依据"}
        return self.press(cancelling.cancel, case, **told, by=self.by(*self.crew_of(case).chiefs))
