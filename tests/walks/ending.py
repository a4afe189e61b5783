"""中途换手、收场的：催告、终止办理，误录作废，改派，转给外面的系统，委托代办，整件事一起撤回、一次同意。"""

import datetime

from django.core.files.base import ContentFile

from approvals.actions import (
    handing_off,
    joint_consents,
    joint_withdrawing,
    leaders,
    mandates,
    reassigning,
    terminating,
    voiding,
)
from approvals.models import HandOff, Joint, Termination
from approvals.rules import exchange as codes
from approvals.states import HandOffState, MandateScope, TerminationGround, VoidWhy
from office.exchange.models import ExchangePeer
from office.exchange.states import MessageKind
from tests.makers import blank_pdf

DAY = datetime.timedelta(days=1)
NEPHEW = {"name": "孙代办", "id_number": "11010519491231002X", "phone": "13800000009", "relation": "侄子"}
SCOPES = [one.value for one in MandateScope if one != MandateScope.SUBMIT]


class Ending:
    # 终止、作废、改派 --------------------------------------------------------

    def terminate(self, case):
        """报请过的由领导定；没有报请的先催告，或者凭别的几样报请。"""
        asked = Termination.objects.filter(case=case, state="asked").first()
        crew = self.crew_of(case)
        able = [*crew.reviewers, *crew.chiefs, *crew.window]
        if asked is not None:
            deed = terminating.decline if self.n % 3 == 0 else terminating.sanction
            self.press(deed, asked, text="示例的意见。", by=self.by(*leaders.on_duty(case, self.at)))
        elif self.n % 3 == 0:
            until = (self.at + (3 + self.n % 14) * DAY).date()
            self.press(terminating.remind, case, what="signature", text="请来签名。", until=until, by=self.by(*able))
        else:
            ground = list(TerminationGround)[self.n % len(TerminationGround)]
            if ground == TerminationGround.ABSENT and case.reminders.last() and self.n % 4:
                self.until(case.reminders.last().due_at)
            told = {"ground": ground, "facts": "示例的事实。", "basis": "《示例条例》第六条", "elsewhere": "示例机关"}
            self.press(terminating.ask, case, **told, proof=[("证明.pdf", scan())], by=self.by(*able))

    def void(self, case):
        why = VoidWhy.ITEM if self.n % 3 else VoidWhy.APPLICANT
        able = [*self.crew_of(case).window, *self.crew_of(case).chiefs]
        self.press(voiding.void, case, why=why, text="录错了。", by=self.by(*able))

    def reassign(self, case):
        """能承办的科室里挑一个；没有的也试试。"""
        found = reassigning.candidates(case) or self.b.consulted
        to = found[self.n % len(found)]
        self.press(reassigning.reassign, case, to=to, reason="职责调整。", by=self.by(*self.crew_of(case).chiefs))

    # 转给外面的系统 ----------------------------------------------------------

    def hand_off(self, case):
        """转出；转出了的听对方一步一步说，或者转回。"""
        row = HandOff.objects.filter(case=case).order_by("pk").last()
        by = self.by(*self.crew_of(case).chiefs)
        if row is not None and row.state in (HandOffState.OFFERED, HandOffState.TAKEN):
            if self.n % 4 == 0:
                self.press(handing_off.take_back, row, reason="对方不动。", by=by)
            else:
                self.press(handing_off.hear, row, self.heard(row))
        elif row is None or self.n % 8 == 0:
            peer = ExchangePeer.objects.get(code="walks")
            told = {"peer": peer, "decides": ["ours", "theirs"][self.n % 2], "basis": "《示例条例》第六条"}
            self.press(handing_off.hand_off, case, **told, organ="示例省民政厅", reason="全省统一办。", by=by)

    def heard(self, row):
        """对方说的：进展，或者(三回里一回)办结。"""
        kind = MessageKind.CLOSING if self.n % 3 == 0 else MessageKind.REVIEW
        known = list(codes.HEARD[kind])
        number = f"walk-{row.pk}-{row.progress.count()}"
        told = {"number": number, "version": 1, "kind": kind, "code": known[self.n % len(known)], "said_at": self.at}
        return handing_off.Heard(**told, text="示例。", paper_number="示例号", files=[("决定书.pdf", scan())])

    # 代办、整件事 ------------------------------------------------------------

    def entrust(self, case):
        """委托、同意、收回、辞去。"""
        mandate = case.mandates.open().order_by("pk").last()
        applicant = (*self.crew_of(case).applicant, case.user or self.b.system)
        if mandate is None:
            terms = mandates.Terms(tuple(SCOPES[: 1 + self.n % len(SCOPES)]), (self.at + self.n % 40 * DAY).date())
            agent = mandates.Agent(**NEPHEW)
            by = self.by(*applicant, *self.crew_of(case).window)
            self.press(mandates.appoint, case, agent=agent, terms=terms, by=by, signed=bool(self.n % 3))
        elif mandate.state == "asked":
            deed = mandates.decline if self.n % 3 == 0 else mandates.consent
            told = {} if deed is mandates.decline else {"how": "online"}
            self.press(deed, mandate, **told, by=self.by(*applicant))
        elif self.n % 2:
            self.press(mandates.revoke, mandate, by=self.by(*applicant))
        else:
            self.press(mandates.resign, mandate, reason="没有空。", by=self.at_the_window(case))

    def the_whole_joint(self):
        """整件事一起：同意、收回电子送达；难得撤回一次(撤回了就走不远)。"""
        joint = Joint.objects.get(pk=self.joint.pk)
        by = self.by(joint.user or self.b.clerk_a)
        if self.n % 8 == 0:
            deed = joint_withdrawing.withdraw if joint.user_id == by.pk else joint_withdrawing.ask
            self.press(deed, joint, reason="不办了。", by=by)
        elif joint_consents.standing(joint) is None:
            self.press(joint_consents.agree, joint, how=joint_consents.ONLINE, by=by)
        else:
            self.press(joint_consents.take_back, joint, by=by)


def scan():
    return ContentFile(blank_pdf())
