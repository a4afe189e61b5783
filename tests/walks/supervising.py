"""决定以后：监管科室签收，双公示核对公开、不公开、更正、撤下，证照更正笔误，原证照改指。"""

from approvals.actions import certifying, decision_notices, disclosures, priors
from approvals.models import Certificate, Disclosure
from approvals.states import DisclosureState

D = DisclosureState


class Supervising:
    def sign_notice(self, case):
        notices = case.decision_notices.order_by("pk") if self.n % 8 == 0 else case.decision_notices.waiting()
        notice = notices.first()
        if notice:
            able = [one for one in self.staff if one.may("review_case", notice.unit) and one.pk != notice.decided_by_id]
            self.press(decision_notices.sign, notice, remark=["", "示例意见。"][self.n % 2], by=self.by(*able))

    def disclose(self, case):
        one = Disclosure.objects.filter(case=case).first()
        if one is None:
            return
        crew = self.crew_of(case)
        checker, chief = self.by(*crew.reviewers, *crew.chiefs), self.by(*crew.chiefs)
        if one.state == D.PROPOSED:
            deed = disclosures.decline_exclusion if self.n % 3 == 0 else disclosures.exclude
            self.press(deed, one, by=chief)
        elif one.state == D.WAITING and self.n % 3 == 0:
            self.press(disclosures.propose_exclusion, one, reason="涉及商业秘密。", by=checker)
        elif one.state == D.WAITING:
            self.press(disclosures.publish, one, told={}, by=checker)
        elif self.n % 2:
            told = {"remark": f"示例{self.n % 3}"}
            self.press(disclosures.correct, one, told=told, reason="写错了。", by=checker)
        else:
            self.press(disclosures.withdraw, one, reason="不该公开。", by=chief)

    def correct_certificate(self, case):
        if hasattr(case, "certificate"):
            told = self.told_of(case, scope=f"示例范围{self.n % 3}")
            self.press(certifying.correct, case, told, reason="笔误。", by=self.by(*self.crew_of(case).chiefs))

    def name_prior(self, case):
        """原证照：对得上的指明一本；对不上的也试试。"""
        found = priors.candidates(case, self.at)
        if not found and self.n % 8 == 0:
            found = list(Certificate.objects.order_by("pk")[:1])
        if found:
            self.press(priors.name, case, found[self.n % len(found)], by=self.at_the_window(case))
