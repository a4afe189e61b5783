"""重点项目：立项、派专员、列入办件、联系人；要协调的事当日协调，没有的上交。"""

import datetime
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from agencies.models import Holding, Unit, User
from agencies.states import Rank
from approvals.actions import climbs
from approvals.models import AgentStop, Case, IssueClock, Project, ProjectCase, ProjectContact, ProjectIssue
from approvals.rules import projects as rules
from approvals.states import IssueClockKind
from office import clocks
from office.journal import actions as journal
from office.notices import actions as notices
from office.papers.words import last_day_words
from office.steps import NotNow, take
from office.workdays.rules import local

K = IssueClockKind


def open_project(
    *, name: str, owner_name: str, unit: Unit, specialist: User, phone: str, by: User, at: datetime.datetime
) -> Project:
    """立为重点项目：一个项目一个专员，留下随叫随到的电话。Raises: PermissionDenied、NotNow(专员不在这个单位)。"""
    if not rules.may_open(unit, by):
        raise PermissionDenied("重点项目由管这个单位的负责人立项。")
    _may_be_specialist(unit, specialist, at)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('approvals_project_number')")
            serial = cursor.fetchone()[0]
        made = Project.objects.create(
            number=f"ZD{unit.agency.region_code}{local(at):%Y}{serial:04d}", name=name, owner_name=owner_name,
            agency=unit.agency, unit=unit, specialist=specialist, phone=phone, opened_at=at, opened_by=by,
        )  # fmt: skip
        _note(made, "open", by=by, at=at, specialist=specialist.full_name, text=f"专员{specialist.full_name}")
        _tell(made, [specialist], "project.issue", f"请您任专员：{name}", f"{owner_name}：{name}。", by=by, at=at)
    return made


def _may_be_specialist(unit: Unit, specialist: User, at: datetime.datetime) -> None:
    if not Holding.objects.running(at).filter(user=specialist, post__unit=unit).exists():
        raise NotNow(f"{specialist}不在{unit}任职，不能任这里的专员。")
    if (stopped := AgentStop.objects.standing(at).filter(user=specialist).first()) is not None:
        raise NotNow(f"{specialist}{stopped.extent}，不能任专员。")


def assign(project: Project, *, specialist: User, phone: str, by: User, at: datetime.datetime) -> Project:
    """改派专员：还没有协调下来的一并交给新专员。Raises: PermissionDenied、NotNow。"""
    if not rules.may_open(project.unit, by):
        raise PermissionDenied("改派专员由管这个单位的负责人定。")
    _may_be_specialist(project.unit, specialist, at)
    with transaction.atomic():
        _lock_open(project)
        old = project.specialist
        project.specialist, project.phone = specialist, phone
        project.save(update_fields=["specialist", "phone"])
        project.issues.filter(state="open", owner=old).update(owner=specialist)
        _note(project, "assign", by=by, at=at, text=f"{old.full_name} → {specialist.full_name}")
        _tell(project, [specialist, old], "project.issue", f"改派专员：{project}", project.owner_name, by=by, at=at)
    return project


def add_case(project: Project, *, case: Case, by: User, at: datetime.datetime) -> ProjectCase:
    """列入办件：一件只属于一个项目。Raises: PermissionDenied、NotNow(已经列入)。"""
    _may_serve(project, by)
    with transaction.atomic():
        case.lock()
        _lock_open(project)
        if found := ProjectCase.objects.filter(case=case).select_related("project").first():
            raise NotNow(f"这件已经列入“{found.project}”。")
        row = ProjectCase.objects.create(project=project, case=case, added_at=at, added_by=by)
        _note(project, "add_case", by=by, at=at, text=case.number)
    return row


def add_contact(
    project: Project, *, name: str, role: str, phone: str, by: User, at: datetime.datetime
) -> ProjectContact:
    """登记联系人；同名的改电话。Raises: PermissionDenied、NotNow(项目已办完)。"""
    _may_serve(project, by)
    with transaction.atomic():
        _lock_open(project)
        told = {"role": role, "phone": phone}
        row, _made = ProjectContact.objects.update_or_create(project=project, name=name, defaults=told)
        _note(project, "add_contact", by=by, at=at, text=name)
    return row


def raise_issue(project: Project, *, text: str, raised_by_name: str, by: User, at: datetime.datetime) -> ProjectIssue:
    """提出要协调的事：交给专员(离岗的，代他的 B 岗)，当日协调。Raises: PermissionDenied、NotNow。"""
    _may_serve(project, by)
    with transaction.atomic():
        _lock_open(project)
        owner = on_call(project, at)
        made: ProjectIssue = ProjectIssue.objects.create(
            project=project,
            specialist=project.specialist,
            text=text.strip(),
            raised_by_name=raised_by_name,
            owner=owner,
            raised_at=at,
            raised_by=by,
        )
        clock = clocks.start(made, K.SAME_DAY, made.term(K.SAME_DAY, at=at, facts={}), at=at)
        _note(project, "raise_issue", by=by, at=at, text=f"{raised_by_name}：{made.text}")
        body = f"{raised_by_name}：{made.text}。请在{last_day_words(clock.due_at)}协调下来，到时没有的上交负责人。"
        _tell(project, [owner], "project.issue", f"请当日协调：{project}", body, by=by, at=at)
    return made


def on_call(project: Project, at: datetime.datetime) -> User:
    """随叫随到：专员在岗是他；离岗的，是此刻代他岗位的 B 岗；没有人代，还是他。"""
    held = Holding.objects.running(at).filter(user=project.specialist, rank=Rank.A, post__unit=project.unit)
    for one in held.select_related("post").order_by("pk"):
        if standing := one.post.holder_at(at):
            return standing.user
    return project.specialist


def answer_issue(issue: ProjectIssue, *, text: str, by: User, at: datetime.datetime) -> ProjectIssue:
    """协调下来了：写明怎样协调的。先把到期的结清，晚了就是晚了。Raises: PermissionDenied、NotNow。"""
    if not text.strip():
        raise NotNow("请写明怎样协调的、谁什么时候办。")
    with transaction.atomic():
        issue.lock()
        while clocks.sweep(IssueClock, fire, at=at, only=issue):
            issue.lock()
        take(issue, "settle", by=by, at=at, text=text.strip())
        _note(issue.project, "answer_issue", by=by, at=at, text=issue.answer)
    return issue


def close(project: Project, *, by: User, at: datetime.datetime) -> Project:
    """项目办完：没有还没协调的事才能办完。Raises: PermissionDenied、NotNow。"""
    if not (rules.may_open(project.unit, by) or project.specialist_id == by.pk):
        raise PermissionDenied("由专员或负责人了结。")
    with transaction.atomic():
        _lock_open(project)
        if project.issues.filter(state="open").exists():
            raise NotNow("还有没协调下来的事，不能办完。")
        project.closed_at = at
        project.save(update_fields=["closed_at"])
        _note(project, "close", by=by, at=at)
    return project


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    """到期处理：当日没有协调下来的上交一级，记下误的是谁。返回处理了几个。"""
    return clocks.sweep(IssueClock, fire, at=at, limit=limit)


def fire(clock: IssueClock, *, at: datetime.datetime) -> None:
    issue, system = clock.issue, User.objects.system()
    late = issue.owner
    climbs.climb_or_note(issue, clock, then=K.CLIMBED, at=at)
    _note(issue.project, "issue_late", by=system, at=at, text=f"{late.full_name}：{issue.text}")
    told = [late, issue.owner, *climbs.chief_of(issue, at)]
    body = f"{issue.project}：{issue.text}。当日没有协调下来，现由{issue.owner}办。"
    _tell(issue.project, told, "project.late", f"当日没有协调下来：{issue.project}", body, by=system, at=at)


def _may_serve(project: Project, by: User) -> None:
    if not rules.may_serve(project, by):
        raise PermissionDenied("由专员、本单位办业务的人或负责人来办。")


def _lock_open(project: Project) -> None:
    project.refresh_from_db(from_queryset=Project.objects.select_for_update(of=("self",)))
    if project.closed_at is not None:
        raise NotNow("这个项目已经办完。")


def _note(project: Project, verb: str, *, by: User, at: datetime.datetime, **facts: str) -> None:
    journal.record(f"approvals.project.{verb}", about=project, by=by, at=at, facts=facts)


def _tell(
    project: Project, users: Iterable[User], kind: str, subject: str, body: str, *, by: User, at: datetime.datetime
) -> None:
    for user in {user.pk: user for user in users}.values():
        notices.queue(kind, about=project, to=user, subject=subject, body=body, responsible=user, by=by, at=at)
