"""委托的用词。"""

from django.db.models import TextChoices


class DelegationState(TextChoices):
    DRAFTED = "drafted", "拟定"
    LIVE = "live", "生效"
    REVOKED = "revoked", "已收回"
    EXPIRED = "expired", "已到期"


class DelegationKind(TextChoices):
    """权力怎样到下级手里：以谁的名义决定、谁当被申请人和被告，由它定。"""

    ENTRUSTED = "entrusted", "委托（以委托机关的名义）"
    TRANSFERRED = "transferred", "下放（以承接机关自己的名义）"


GRANTED = (DelegationState.LIVE, DelegationState.REVOKED, DelegationState.EXPIRED)
