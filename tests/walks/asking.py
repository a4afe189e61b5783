"""申请人问的、寄的、要撤回的：询问与答复，邮件，撤回的意愿（验证码、签名、网上确认），超期的说明；利害关系人。"""

import datetime
import re

from django.core.files.base import ContentFile

from approvals.actions import (
    confirmations,
    decision,
    enquiries,
    messages,
    overdue,
    parcels,
    parties,
    rectifying,
    withdrawing,
)
from approvals.models import Enquiry, Parcel
from approvals.states import EnquiryKind, Matter
from office.notices.models import Notice

DAY = datetime.timedelta(days=1)


class Asking:
    def write(self, case):
        """留言：申请人发、经办人回、看过、转成询问；没有人看的，由清扫转。"""
        applicant, window = self.by(*self.crew_of(case).applicant[:1]), self.at_the_window(case)
        if self.n % 4 == 0:
            return self.press(messages.write, case, text="已经收到。", by=window)
        if self.n % 4 == 1 and case.messages.unheeded().exists():
            return self.press([messages.read, messages.raise_as_enquiry][self.n // 4 % 2], case, by=window)
        return self.press(messages.write, case, text="请问要不要原件？", by=applicant)

    def call(self, case):
        """打电话来问的，窗口替他登记，一半当场答。"""
        told = {"channel": "phone", "kind": "progress", "text": "", "reply": ["", "正在办理。"][self.n % 2]}
        self.press(enquiries.ask_for, case, **told, by=self.at_the_window(case))

    def enquire(self, case):
        if self.n % 3:
            return self.one_of([Asking.write, Asking.call], case)
        self.n //= 3
        one = Enquiry.objects.under_way().filter(case=case).order_by("pk").first()
        if one is None:
            kind = list(EnquiryKind)[self.n % len(EnquiryKind)]
            by = self.by(*self.crew_of(case).applicant[:1])
            return self.press(enquiries.ask, case, kind=kind, text="请问办得怎样了？", by=by)
        if self.n % 3 == 0:
            day = self.at.date() + (self.n % 4) * DAY
            return self.press(enquiries.promise, one, until=day, why="要查一下。", by=self.by(one.owner))
        return self.press(enquiries.answer, one, text="正在办理。", by=self.by(one.owner))

    def explain(self, case):
        flag = overdue.waiting(case) or (case.flags.order_by("pk").last() if self.n % 8 == 0 else None)
        if flag:
            self.press(overdue.explain, flag, text="同一天收件较多。", by=self.at_the_window(case))

    def parcel(self, case):
        """寄来、收到、没有收到、寄回；单号各不相同。"""
        window, row = self.at_the_window(case), Parcel.objects.filter(case=case, result="").order_by("pk").first()
        told = {"carrier": "示例", "tracking_number": f"示{Parcel.objects.count() + 1}"}
        if row and self.n % 3 == 0:
            self.press(parcels.miss, row, reason="查过了。", by=window)
        elif row:
            difference = ["", "少一份"][self.n % 2]
            self.press(parcels.arrive, row, found="示例证明一份", difference=difference, by=window)
        elif not parcels.is_awaited(case) and self.n % 8:
            self.enquire(case)
        elif self.n % 4 == 0:
            self.press(parcels.send_back, case, **told, address="示范路", contents="原件", by=window)
        elif self.n % 4 == 1:
            self.press(parcels.take_unannounced, case, **told, found="示例证明一份", by=window)
        else:
            by = self.by(*self.crew_of(case).applicant)
            self.press(parcels.announce, case, **told, contents="示例证明", by=by)

    def party(self, case):
        """告知利害关系人，或者记下他说的。"""
        crew = self.crew_of(case)
        if case.parties.exists() and self.n % 2:
            told = {"who": "孙邻居", "standing": "party", "stated_at": self.at, "place": "会议室", "text": "示例意见。"}
            self.press(parties.hear, case, **told, evidence="", signer="孙邻居", by=self.by(*crew.reviewers))
        else:
            told = {"name": "孙邻居", "interest": "相邻。", "phone": "13800000002", "address": "示范路2号"}
            self.press(parties.tell, case, **told, by=self.by(*crew.reviewers))

    def withdraw(self, case):
        """窗口登记意愿、凭查询码来，都要本人确认；自己网上撤回的当时生效。三回里有两回只是问问。"""
        wish = case.confirmations.open().filter(matter=Matter.WITHDRAW).first()
        if wish:
            return self.settle_wish(case, wish)
        if self.n % 3:
            return None
        which, self.n = self.n // 3 % 3, self.n // 9
        if which == 0:
            return self.press(decision.withdraw, case, reason="不办了。", by=self.by(*self.crew_of(case).applicant))
        if which == 1:
            return self.press(confirmations.ask_withdrawal, case, reason="不办了。", by=self.at_the_window(case))
        return self.press(confirmations.ask_by_code, case, reason="不办了。", by=self.by(self.b.system))

    def rectify(self, case):
        """登记错了：电话窗口核对了就改，姓名等他确认或者作废；本人网上换地址。三回里有两回只是问问。"""
        waiting = case.confirmations.open().filter(matter=Matter.RECTIFY).first()
        if waiting and self.n % 3 == 0:
            return self.press(rectifying.forget, case, by=self.at_the_window(case))
        if waiting:
            return self.press(confirmations.confirm_online, waiting, by=self.by(case.user or self.b.citizen))
        if self.n % 3:
            return None
        digits, told = self.n // 9 % 10000, {"reason": "entered"}
        if self.n // 3 % 3 == 0:
            changes = {"address": f"示范路{digits}号"}
            return self.press(
                rectifying.ask_online, case, changes=changes, **told, by=self.by(case.user or self.b.citizen)
            )
        changes = {"phone": f"1390000{digits:04d}"} if self.n // 3 % 3 == 1 else {"name": f"赵申请{digits}"}
        return self.press(
            rectifying.register, case, changes=changes, checked=digits % 4 > 0, **told, by=self.at_the_window(case)
        )

    def settle_wish(self, case, wish):
        """不撤回了，或者确认：验证码(有时说错)、签名、网上点。"""
        window, which = self.by(*self.crew_of(case).window, self.b.system), self.n % 5
        if which == 0:
            return self.press(withdrawing.forget_wish, case, by=window)
        if which == 1:
            return self.press(confirmations.confirm_online, wish, by=self.by(case.user or self.b.citizen))
        if which == 2:
            told = {"signer": "赵申请", "name": "签名.pdf", "content": ContentFile(b"%PDF-1.4 signed")}
            return self.press(confirmations.confirm_by_signature, wish, **told, by=window)
        if wish.code_until is None or wish.code_until <= self.at:
            return self.press(confirmations.send_code, wish, by=window)
        sent = Notice.objects.filter(kind=confirmations.CODE_NOTICE).order_by("pk").last()
        code = "000000" if which == 3 else re.search(r"验证码 (\d{6})", sent.body).group(1)
        return self.press(confirmations.confirm_by_code, wish, code=code, by=window)
