"""重送报文：对方换了系统、丢了数据，把一件、一段时间的、搁下的再送一遍。"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.models import User
from approvals.actions import outgoing
from approvals.models import Case
from office.exchange import sending
from office.exchange.models import ExchangeMessage, ExchangePeer
from office.workdays import clock


class Command(BaseCommand):
    """只放进待送的队，送由后台；同一条内容没有变的，对方按编号认重。"""

    help = (
        "重送给一个接入方的报文：--case 办件编号(整件，后来才接入的也补上)，或 --parked(搁下的)、--rejected(被退回的)"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("peer", help="接入方的代号")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--case", action="append", default=[], help="办件编号，可以写几次")
        which.add_argument("--parked", action="store_true", help="送不出去、搁下的")
        which.add_argument("--rejected", action="store_true", help="被对方退回的")

    def handle(self, *, peer: str, case: list[str], parked: bool, **options: Any) -> None:
        found = ExchangePeer.objects.filter(code=peer).first()
        if found is None:
            raise CommandError(f"没有代号为“{peer}”的接入方。")
        who: dict[str, Any] = {"by": User.objects.system(), "at": clock.now(), "speak": outgoing.speak}
        done = 0
        for number in case:
            row = Case.objects.filter(number=number).first()
            if row is None:
                raise CommandError(f"没有编号为“{number}”的办件。")
            done += sending.resend_subject(Case._meta.label_lower, str(row.pk), peer=found, **who)
        if not case:
            state = "parked" if parked else "rejected"
            for message in ExchangeMessage.objects.filter(peer=found, state=state).order_by("event"):
                sending.resend(message, **who)
                done += 1
        self.stdout.write(f"{found}：{done} 条等着重送。")
