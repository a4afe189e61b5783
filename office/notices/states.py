"""通知的状态与渠道。"""

from django.db.models import TextChoices


class NoticeState(TextChoices):
    QUEUED = "queued", "待发送"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"
    CANCELLED = "cancelled", "已取消"
    HELD = "held", "等每日摘要"
    FOLDED = "folded", "已并入摘要"


class Channel(TextChoices):
    INBOX = "inbox", "站内信"
    EMAIL = "email", "电子邮件"
    SMS = "sms", "短信"


class Pace(TextChoices):
    """收件人自己选：这种通知怎样收。"""

    AT_ONCE = "at_once", "即时"
    DIGEST = "digest", "每日一次"
    OFF = "off", "不要"
