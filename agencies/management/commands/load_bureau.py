"""装入一个机关的花名册;默认是演示用的示范局。再跑一遍什么也不变。"""

import datetime
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.actions import accounts, posts
from agencies.models import Agency, Duty, Post, Seal, Unit, User, WeeklyRun
from agencies.states import UserKind

BUREAU = Path(__file__).resolve().parents[2] / "data" / "bureau.json"
TIMED = ("runs", "duties")  # 工作周历、值班表
KEY_BYTES = 20  # RFC 4226 建议的密钥长度


class Command(BaseCommand):
    help = "装入机关、单位、岗位、人员和任职(JSON)。已有的不改，缺的补上。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=BUREAU)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        roster = json.loads(file.read_text(encoding="utf-8"))
        if roster.get("demonstration") and not settings.DEMONSTRATION:
            raise CommandError("这是演示花名册，只能装进演示环境(HALL_DEMO=1)。")
        with transaction.atomic():
            counted = Loading(roster).run()
        self.stdout.write(",".join(f"{name} {number}" for name, number in counted.items()))


class Loading:
    """一次装入:先人,再机关和单位,最后任命,由系统署名。"""

    def __init__(self, roster: dict[str, Any]) -> None:
        self.roster = roster
        self.by = User.objects.system()
        self.at = datetime.datetime.fromisoformat(roster["since"])
        self.password = make_password(roster.get("password"))  # 没给密码就是不能登录,由本人重置

    def run(self) -> dict[str, int]:
        for kind, people in (UserKind.STAFF, "people"), (UserKind.CITIZEN, "citizens"):
            for line in self.roster.get(people, []):
                self.enrol(line, kind)
        for line in self.roster["agencies"]:
            self.found(line)
        if self.roster.get("demonstration"):
            self.hand_out_devices()
        counted = (Agency, Unit, Post, User)
        return {str(noun._meta.verbose_name): noun._default_manager.count() for noun in counted}

    def enrol(self, line: dict[str, str], kind: str) -> None:
        if User.objects.filter(username=line["username"]).exists():
            return
        user = accounts.open_account(**line, kind=kind, password=None, by=self.by, at=self.at)
        user.password = self.password
        user.save(update_fields=["password"])

    def found(self, line: dict[str, Any]) -> None:
        fields = {k: v for k, v in line.items() if k not in ("code", "units", "seals", "parent", *TIMED)}
        fields["parent"] = Agency.objects.get(code=line["parent"]) if "parent" in line else None
        agency, _ = Agency.objects.get_or_create(code=line["code"], defaults=fields)
        for unit in line["units"]:
            self.set_up(unit, agency)
        for seal in line.get("seals", []):
            unit_of = Unit.objects.get(code=seal["unit"]) if "unit" in seal else None
            told = {"agency": agency, "name": seal["name"], "kind": seal["kind"], "unit": unit_of}
            Seal.objects.get_or_create(code=seal["code"], defaults=told)
        for unit in line["units"]:
            for post in unit["posts"]:
                self.fill(post)
        for run in line.get("runs", []):
            self.schedule(run)
        for duty in line.get("duties", []):
            unit_of, user = Unit.objects.get(code=duty["unit"]), User.objects.get(username=duty["user"])
            Duty.objects.get_or_create(unit=unit_of, weekday=duty["weekday"], defaults={"user": user})

    def set_up(self, line: dict[str, Any], agency: Agency) -> None:
        fields = {k: v for k, v in line.items() if k not in ("code", "posts", "parent", "hosted_by")}
        for link in ("parent", "hosted_by"):
            fields[link] = Unit.objects.get(code=line[link]) if link in line else None
        unit, _ = Unit.objects.get_or_create(code=line["code"], defaults={**fields, "agency": agency})
        for post in line["posts"]:
            told = {"unit": unit, "title": post["title"], "role": post["role"]}
            Post.objects.get_or_create(code=post["code"], defaults=told)

    def schedule(self, line: dict[str, Any]) -> None:
        """工作周历的一行。"""
        ends = {link: Unit.objects.get(code=line[link.removesuffix("_unit")]) for link in ("from_unit", "to_unit")}
        clock = datetime.time.fromisoformat(line["time"])
        WeeklyRun.objects.get_or_create(**ends, weekday=line["weekday"], defaults={"time": clock})

    def fill(self, line: dict[str, Any]) -> None:
        """分管和任职只补从没有过的:后来调整过、免去过的,不替人改回去。"""
        post = Post.objects.select_related("unit").get(code=line["code"])
        if line.get("portfolio") and not post.portfolio.exists() and not post.holdings.exists():
            units = Unit.objects.filter(code__in=line["portfolio"])
            posts.assign_portfolio(post=post, units=units, by=self.by, at=self.at)
        for rank, username in zip("AB", line["holders"], strict=False):
            if not post.holdings.filter(rank=rank).exists():
                user = User.objects.get(username=username)
                posts.appoint(post=post, user=user, rank=rank, by=self.by, at=self.at)

    def hand_out_devices(self) -> None:
        """演示用的第二因素:密钥由站点密钥导出,重装不变,演示登录页据此显示当前口令。"""
        for user in User.objects.filter(is_staff=True):
            key = salted_hmac("agencies.demonstration.totp", user.username, algorithm="sha256").hexdigest()
            given = {"key": key[: KEY_BYTES * 2], "confirmed": True}
            TOTPDevice.objects.get_or_create(user=user, name="演示", defaults=given)
