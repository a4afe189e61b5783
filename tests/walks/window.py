"""窗口和申请人会按的：核对、告知、补正、受理、送达、办结、撤回。"""

import datetime

from django.core.files.base import ContentFile

from approvals.actions import confirmations, correction, decision, deferred, delivering, intake, last_ways, served
from approvals.models import Delivery
from approvals.models.delivery import RESULT
from office.papers import actions as papers
from tests.casework import OK, PERSON

MISSING = intake.Check("missing", "没有提交")
COLLECTOR = {"collector": "赵申请", "id_number": PERSON.id_number, "relation": ""}
CARRIER = {"carrier": "示例", "tracking_number": "1", "address": "示范路"}
WAYS = [  # 怎样送，说什么，要不要另一名送达人
    (delivering.dispatch, CARRIER, False), (delivering.dispatch, CARRIER, False),
    (last_ways.put_up, {"explained": "下落不明。", "missing": True, "place": "公告栏"}, False),
    (last_ways.at_the_door, {"collector": "赵申请", "relation": "", "place": "示范路"}, True),
    (last_ways.left_behind,
     {"explained": "拒收。", "witness": "示范社区", "recorded": True, "place": "示范路"}, True),
    (last_ways.unsigned, {"explained": "不肯签。"}, True),
    (delivering.hand_over, COLLECTOR, True), (delivering.hand_over, COLLECTOR, False),
    (delivering.deliver_online, {}, False), (delivering.deliver_online, {}, False),
]  # fmt: skip


class Window:
    """crew_of(case) 说这一件由哪些人办。"""

    def at_the_window(self, case):
        return self.by(*self.crew_of(case).window)

    def settle_materials(self, case):
        """核对，五回里有几回缺、几回容缺；接着走：缺就告知，不缺就受理；告知过的一半的时候再告知。"""
        if case.told_once and self.n % 2:
            return self.notify_again(case)
        due = (self.at + datetime.timedelta(days=self.n % 12)).date()
        deferred = intake.Check("deferred", "容缺", due)
        pair = [(OK, OK), (OK, deferred), (OK, MISSING), (MISSING, MISSING), (OK, deferred)][self.n // 2 % 5]
        keys = case.materials.exclude(verdict="pledged").order_by("pk").values_list("material__key", flat=True)
        checks = {key: pair[key != "application"] for key in keys}
        self.press(intake.check_materials, case, checks=checks, by=self.at_the_window(case))
        self.press(correction.notify, case, by=self.at_the_window(case))
        return self.confirm_and_accept(case)

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
        """多半等到补正期限过了。"""
        if self.n % 4 and hasattr(case, "correction"):
            self.until(case.correction.due_at)
        self.press(correction.lapse, case, by=self.at_the_window(case))

    def bring_deferred(self, case):
        """容缺的补一份；没有容缺的，补一份不该补的试试。"""
        row = case.materials.filter(verdict="deferred").order_by("pk").first() or case.materials.last()
        self.press(deferred.bring, case, key=row.material.key, by=self.at_the_window(case))

    def bring_deferred_online(self, case):
        """容缺的在网上补一份；四回里一回，窗口请他再补。"""
        row = case.materials.filter(verdict="deferred").order_by("pk").first() or case.materials.last()
        key, who = row.material.key, case.user or self.b.system
        self.press(deferred.bring_online, case, files={key: [("补.pdf", ContentFile(b"%PDF-1.4 brought"))]}, by=who)
        if self.n % 4 == 0:
            told = {"reason": "缺第二页。", "due_date": (self.at + datetime.timedelta(days=self.n % 12)).date()}
            self.press(deferred.ask_again, case, key=key, **told, by=self.at_the_window(case))

    def grant_on_the_spot(self, case):
        self.press(decision.grant_on_the_spot, case, decision="准予。", by=self.at_the_window(case))

    def deliver(self, case):
        """窗口领取；四回里三回，结果已经排好了版。"""
        if self.n % 4:
            self.typeset(case, RESULT)
        self.press(delivering.hand_over, case, **COLLECTOR, by=self.at_the_window(case))

    def typeset(self, case, what):
        for paper in served.papers_of(Delivery(case=case, **delivering.columns(what))):
            papers.render(paper, at=self.at)

    def post(self, case):
        self.send(case, RESULT, self.at_the_window(case))

    def send(self, case, what, by):
        """寄出、公告、上门、留置、拒签、电子、窗口领取；寄出、公告了的，签收或退回(撤下)。"""
        self.typeset(case, what)
        told, which = {"what": what, "by": by}, self.n % len(WAYS)
        if case.deliveries.of(what).on_the_way().exists():
            how = {"collector": "赵申请"} if self.n % 3 else {"reason": "无人。"}
            self.press(delivering.arrive if self.n % 3 else delivering.come_back, case, **how, **told)
            return
        deed, how, by_two = WAYS[which]
        if by_two:
            others = served.servers(case, by)
            told["second"] = self.by(*others) if others else by
        self.press(deed, case, **how, **told)

    def consent(self, case):
        """同意电子送达；同意过的，一半的时候收回。"""
        by = self.by(*self.crew_of(case).applicant)
        if hasattr(case, "delivery_consent") and self.n % 2:
            self.press(delivering.take_back, case, by=by)
        else:
            self.press(delivering.agree, case, how=delivering.ONLINE, by=by)

    def collect(self, case):
        """公告期满以后来领。"""
        row = last_ways.uncollected(case).first()
        if row is None and self.n % 8 == 0:
            row = case.deliveries.order_by("pk").last()
        if row:
            self.press(last_ways.collect, row, **COLLECTOR, by=self.at_the_window(case))

    def close(self, case):
        self.press(decision.close, case, by=self.at_the_window(case))
