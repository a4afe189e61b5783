"""文书的状态。"""

from django.db.models import TextChoices


class PaperState(TextChoices):
    ORDERED = "ordered", "已登记"
    RENDERED = "rendered", "已排版"
    SEALED = "sealed", "已用印"
    DELIVERED = "delivered", "已送达"
    VOIDED = "voided", "已作废"
