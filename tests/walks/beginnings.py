"""从哪里起：人人找对、步步按对，先走一段；乱走从头走，很少走得到后面。"""

from approvals.actions import hearing, leaders, pledges
from approvals.models.delivery import Sent
from denials.actions import recalls
from denials.models import RegisterEntry

ALL_MISSING = 6  # 这个点数，核对出来样样都缺
OWING = 22  # 这个点数，容缺一份，答应十天以后补，申请人承诺了


class Beginnings:
    """DEPTHS 里的一个词是一段；骰子是 0，个个是 A 岗。"""

    def go_deep(self, case, depth):
        self.n, self.right = 0, True
        for part in DEPTHS[depth]:
            self.carry_all()
            case.refresh_from_db()
            getattr(self, part)(case)
            self.n = 0

    def tell_all_missing(self, case):
        self.n = ALL_MISSING
        self.settle_materials(case)

    def accept_owing(self, case):
        self.n = OWING
        self.settle_materials(case)

    def bring_all(self, case):
        self.n = 1
        self.supplement(case)

    def opine(self, case):
        self.begin_review(case)
        case.refresh_from_db()
        self.give_opinion(case)

    def call_a_hearing(self, case):
        """告知了听证权利，申请人要求了。"""
        by = self.crew_of(case).reviewers[0]
        if self.press(hearing.tell, case, key="hearing", reason="示例。", by=by):
            one = case.hearings.get()
            self.press(hearing.request, one, text="要求。", by=self.crew_of(case).applicant[0])

    def hand_it_over(self, case):
        self.n = 1
        self.deliver(case)

    def find_false(self, case):
        """核查不实，整改期限过了，报请撤销。"""
        pledge = case.pledges.last()
        if pledge is None or pledge.state != "checking":
            return
        self.press(pledges.check, pledge, result="false", found="实地查看。", by=pledge.owner)
        pledge.refresh_from_db()
        self.until(pledge.mend_due_at)
        self.press(pledges.ask_to_revoke, pledge, reason="逾期不改。", by=pledge.owner)

    def revoke(self, case):
        """承诺不实的撤销，领导审定了，等送达。"""
        pledge = case.pledges.last()
        if pledge and pledge.state == "asked":
            self.press(pledges.revoke, pledge, decision="示例。", by=leaders.on_duty(case, self.at)[0])

    def follow(self, case):
        """有先例的参照先例，没有的依条文。"""
        self.n = 1
        self.refuse(case)

    def start_retracting(self, case):
        """拟撤回，告知书送到了，正在听取。"""
        self.propose(case)
        if one := case.retractions.open().first():
            self.typeset(case, Sent(retraction=one, of_notice=True))
            self.n = HAND_OVER
            self.send(case, Sent(retraction=one, of_notice=True), self.crew_of(case).window[0])

    def call_it_back(self, case):
        """分管副局长(没有设的是局长)叫回，等科室答复。"""
        crew = self.crew_of(case)
        if entry := RegisterEntry.objects.filter(case=case).last():
            self.press(recalls.call_back, entry, reason="请再看一遍。", by=(crew.deputies or crew.directors)[0])


HAND_OVER = 7  # window.WAYS 里的窗口领取


ASKED = ["accept", "opine"]
SERVED = [*ASKED, "grant", "hand_it_over"]
REFUSED = ["accept", "refuse", "hand_it_over"]
PLEDGED = ["sign_pledge", "opine", "grant"]
DEPTHS = {  # 从哪里起：先走哪几步
    "received": [], "told": ["tell_all_missing"], "told_and_brought": ["tell_all_missing", "bring_all"],
    "accepted": ["accept"], "owing": ["accept_owing"], "owing_reviewed": ["accept_owing", "opine"],
    "reviewed": ASKED, "heard": [*ASKED, "call_a_hearing"], "reported": [*ASKED, "file"],
    "pledged": PLEDGED, "found_false": [*PLEDGED, "find_false"], "revoked": [*PLEDGED, "find_false", "revoke"],
    "granted": [*ASKED, "grant"], "delivered": SERVED, "retracting": [*SERVED, "start_retracting"],
    "turned_down": ["accept", "follow", "hand_it_over"], "called_back": [*REFUSED, "call_it_back"],
}  # fmt: skip
