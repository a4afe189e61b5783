"""工作台测试的做法：现在这一刻的局，登录，走到某一步。"""

from agencies.models import User
from office.workdays import clock
from tests import casework
from tests.makers import sign_in

FILED = {
    "question": "跨区设立的分支机构能否作为发起人？",
    "reasons": "条例没有规定分支机构可以作为发起人。",
    "basis_text": "《示例条例》第一条没有写明。",
    "progress": "已当面解释现有规定，申请人坚持申请。",
    "clerk_contact": "0759-0000001",
    "not_accepting": "statutory",
}
REFUSED = {
    "facts": "发起人不足五十个。",
    "reasons": "不符合会员数量的规定。",
    "possible": "会员达到五十个以后可以再次申请。",
    "elsewhere": "",
    "progress": "已一次性告知，申请人无法补足。",
    "clerk_contact": "0759-0000001",
    "not_accepting": "statutory",
}


# 申请人本人到窗口领取
COLLECTED = {"way": "window", "collector": "赵申请", "collector_id": "11010519491231002X"}


def ready(bureau, **fields):
    """页面读的是真的钟，所以办件也从现在开始。"""
    bureau.at = clock.now()
    b = casework.item_with_guide(bureau, **fields)
    b.item.audiences = ["1", "4"]  # 个人和社会组织都可以申请
    b.item.save()
    return b


def at_desk(client, user: User):
    sign_in(client, user)
    return client


def checked(proof: str = "ok", comment: str = "", due: str = "") -> dict[str, str]:
    return {
        "verdict-application": "ok", "verdict-proof": proof, "comment-application": "", "comment-proof": comment,
        "due-proof": due,
    }  # fmt: skip


def said(response) -> str:
    return response.content.decode()
