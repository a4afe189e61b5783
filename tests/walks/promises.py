"""告知承诺：签、撤回，决定以后核查、整改、报请、审定、送达，走到哪步算哪步。"""

from approvals.actions import intake, leaders, pledges
from approvals.models.delivery import Sent
from tests.casework import OK


class Promises:
    def sign_pledge(self, case):
        """以承诺代替证明，接着核对、受理。"""
        crew = self.crew_of(case)
        row = case.materials.exclude(material__key="application").order_by("pk").last()
        if row is None:
            return
        told = {"key": row.material.key, "signer": "赵申请"}
        self.press(pledges.sign, case, **told, by=self.by(*crew.window, *crew.applicant))
        self.press(intake.check_materials, case, checks={"application": OK}, by=self.at_the_window(case))
        self.confirm_and_accept(case)

    def take_back_pledge(self, case):
        if pledge := case.pledges.last():
            self.press(pledges.take_back, pledge, reason="改交材料。", by=self.by(*self.crew_of(case).applicant))

    def follow_pledge(self, case):
        pledge = case.pledges.last()
        if pledge is None:
            return
        by = self.by(pledge.owner or self.crew_of(case).reviewers[0])
        if pledge.state == "checking":
            result = ["true", "unverified", "false", "false", "false"][self.n % 5]
            self.press(pledges.check, pledge, result=result, found="实地查看。", by=by)
        elif pledge.state == "mending" and self.n % 4 == 0:
            self.press(pledges.mend, pledge, mended="已补来。", by=by)
        elif pledge.state == "mending":
            if self.n % 4 != 1:  # 多半等到整改期限过了
                self.until(pledge.mend_due_at)
            self.press(pledges.ask_to_revoke, pledge, reason="逾期不改。", by=by)
        elif pledge.state == "revoked":
            self.send(case, Sent(pledge), self.at_the_window(case))
        else:
            deed = pledges.keep if self.n % 3 == 0 else pledges.revoke
            self.press(deed, pledge, decision="示例。", by=self.by(*leaders.on_duty(case, self.at)))
