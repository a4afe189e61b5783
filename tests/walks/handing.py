"""三级之间的移交：列清单、签出、撤回、退回、签收、差异。hands_at(unit) 是替这个单位交接的人。"""

from approvals.actions import differences, handover
from approvals.models import Batch, Case, Difference, Transfer


class Handing:
    def a_list(self):
        """有在途的清单就多半签收，有拟好的就签出，没有就列一张。"""
        going = list(Batch.objects.on_the_road().order_by("pk")) if self.n % 5 else []
        drafts = list(Batch.objects.drafts().order_by("pk"))
        if going:
            self.receive(going[self.n % len(going)])
        elif drafts:
            self.draft(drafts[self.n % len(drafts)])
        else:
            self.draw_up()

    def draw_up(self):
        waiting = list(Transfer.objects.to_draw_up().select_related("from_unit", "to_unit").order_by("pk"))
        if waiting:
            one = waiting[self.n % len(waiting)]
            ends = {"from_unit": one.from_unit, "to_unit": one.to_unit, "day": self.at.date()}
            self.press(handover.draw_up, **ends, by=self.hands_at(one.from_unit))

    def draft(self, batch):
        by, passage = self.hands_at(batch.from_unit), batch.transfers.order_by("pk").last()
        deeds = [handover.sign_out, handover.sign_out, handover.sign_out, handover.refill, handover.call_off]
        chosen = self.n // 5 % 6
        if chosen < len(deeds):
            self.press(deeds[chosen], batch, by=by)
        elif passage:
            self.press(handover.take_out, passage, by=by)

    def receive(self, batch):
        giver, taker = self.hands_at(batch.from_unit), self.hands_at(batch.to_unit)
        passage, case = batch.transfers.order_by("pk").last(), Case.objects.order_by("pk").first()
        deeds = [
            (handover.sign_in_all, batch, {"by": taker}),
            (handover.sign_in_all, batch, {"by": taker}),
            (handover.sign_in, passage, {"by": taker}),
            (handover.sign_in, passage, {"by": taker}),
            (handover.recall, passage, {"reason": "拿错了", "by": giver}),
            (handover.call_off, batch, {"by": giver}),
            (differences.turn_back, passage, {"reason": "不该交来", "by": taker}),
            (differences.sign_in_defective, passage, {"text": "少一份", "by": taker}),
            (differences.finish, batch, {"by": taker}),
            (differences.note_extra, batch, {"case": case, "by": taker}),
        ]
        deed, what, told = deeds[self.n // 5 % len(deeds)]
        self.press(deed, what, **told)

    def mend_the_lists(self):
        """签收完毕还没有到的，找到了签收；记下的差异，处理一条。有事做没有。"""
        found = Transfer.objects.on_the_road().filter(batch__state="finished").order_by("pk").first()
        noted = list(Difference.objects.open().select_related("from_unit").order_by("pk"))
        if found and self.n % 4 == 1:
            self.press(handover.sign_in, found, by=self.hands_at(found.to_unit))
        elif noted and self.n % 3 == 0:
            one = noted[self.n % len(noted)]
            self.press(differences.settle, one, text="已处理。", by=self.hands_at(one.from_unit))
        else:
            return False
        return True
