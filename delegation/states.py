"""委托的用词。"""

from django.db.models import TextChoices


class DelegationState(TextChoices):
    DRAFTED = "drafted", "拟定"
    LIVE = "live", "生效"
    REVOKED = "revoked", "已收回"
    EXPIRED = "expired", "已到期"


GRANTED = (DelegationState.LIVE, DelegationState.REVOKED, DelegationState.EXPIRED)
