"""窗口和申请人会按的：核对、告知、补正、受理、送达、办结、撤回。"""

import datetime

from approvals.actions import confirmations, correction, decision, delivering, intake, last_ways, serving
from approvals.models.delivery import RESULT
from office.papers import actions as papers
from tests.casework import OK, PERSON

MISSING = intake.Check("missing", "没有提交")
COLLECTOR = {"collector": "赵申请", "id_number": PERSON.id_number, "relation": ""}
CARRIER = {"carrier": "示例", "tracking_number": "1", "address": "示范路"}


class Window:
    """crew_of(case) 说这一件由哪些人办。"""

    def at_the_window(self, case):
        return self.by(*self.crew_of(case).window)

    def settle_materials(self, case):
        """核对，五回里有几回缺、几回容缺；接着走：缺就告知，不缺就受理。"""
        due = (self.at + datetime.timedelta(days=self.n % 12)).date()
        deferred = intake.Check("deferred", "容缺", due)
        pair = [(OK, OK), (OK, deferred), (OK, MISSING), (MISSING, MISSING), (OK, deferred)][self.n // 2 % 5]
        keys = case.materials.exclude(verdict="pledged").order_by("pk").values_list("material__key", flat=True)
        checks = {key: pair[key != "application"] for key in keys}
        self.press(intake.check_materials, case, checks=checks, by=self.at_the_window(case))
        self.press(correction.notify, case, by=self.at_the_window(case))
        self.confirm_and_accept(case)

    def accept(self, case):
        keys = case.materials.exclude(verdict="pledged").values_list("material__key", flat=True)
        checks = dict.fromkeys(keys, OK)
        self.press(intake.check_materials, case, checks=checks, by=self.at_the_window(case))
        self.confirm_and_accept(case)

    def confirm_and_accept(self, case):
        """多半已经请申请人确认过。"""
        if self.n % 4:
            self.confirm(case)
        self.press(intake.accept, case, by=self.at_the_window(case))

    def confirm(self, case):
        for one in case.confirmations.open():
            self.press(confirmations.confirm_online, one, by=case.user or self.b.system)

    def notify_again(self, case):
        """再次告知：核对出还缺，负责人写明为什么。"""
        keys = case.materials.exclude(verdict="pledged").values_list("material__key", flat=True)
        self.press(intake.check_materials, case, checks=dict.fromkeys(keys, MISSING), by=self.at_the_window(case))
        self.press(correction.notify_again, case, reason="漏告知。", by=self.by(*self.crew_of(case).chiefs))

    def supplement(self, case):
        """补来所列的，三回里有一回只补头一份。"""
        notice = getattr(case, "correction", None)
        lines = notice.current_lines().filter(answered_at=None).order_by("pk") if notice else []
        keys = [line.case_material.material.key for line in lines] or ["application"]
        keys = keys if self.n % 3 else keys[:1]
        self.press(correction.answer, case, keys=keys, by=self.by(*self.crew_of(case).applicant))

    def lapse(self, case):
        self.press(correction.lapse, case, by=self.at_the_window(case))

    def bring_deferred(self, case):
        """容缺的补一份；没有容缺的，补一份不该补的试试。"""
        row = case.materials.filter(verdict="deferred").order_by("pk").first() or case.materials.last()
        self.press(intake.bring_deferred, case, key=row.material.key, by=self.at_the_window(case))

    def grant_on_the_spot(self, case):
        self.press(decision.grant_on_the_spot, case, decision="准予。", by=self.at_the_window(case))

    def deliver(self, case):
        """窗口领取；四回里三回，结果已经排好了版。"""
        if self.n % 4:
            self.typeset(serving.results_of(case))
        self.press(delivering.hand_over, case, **COLLECTOR, by=self.at_the_window(case))

    def typeset(self, letters):
        for paper in letters:
            papers.render(paper, at=self.at)

    def post(self, case):
        self.typeset(serving.results_of(case))
        self.send(case, RESULT, self.at_the_window(case))

    def send(self, case, what, by):
        """寄出，或者公告；寄出、公告了的，签收或退回(撤下)。"""
        if case.deliveries.of(what).on_the_way().exists():
            told = {"collector": "赵申请"} if self.n % 3 else {"reason": "无人。"}
            self.press(delivering.arrive if self.n % 3 else delivering.come_back, case, **told, by=by, what=what)
        elif self.n % 3 == 1:
            told = {"explained": "下落不明。", "missing": True, "place": "公告栏"}
            self.press(last_ways.put_up, case, **told, by=by, what=what)
        else:
            self.press(delivering.dispatch, case, **CARRIER, by=by, what=what)

    def close(self, case):
        self.press(decision.close, case, by=self.at_the_window(case))

    def withdraw(self, case):
        """三回里有两回只是问问。"""
        if self.n % 3 == 0:
            self.press(decision.withdraw, case, reason="不办了。", by=self.by(*self.crew_of(case).applicant))
