"""成批照抄:一件办件连同它的材料、时钟、报告、轮次、日志,用 SQL 抄成许多件。

抄的那一刻不触发守卫(session_replication_role,只有属主做得到);日志的摘要链照规矩重算,
所以抄出来的每一件都经得起核验。文书和通知不抄。
"""

import copy
from collections.abc import Mapping, Sequence

from django.db import connection, models, transaction

from approvals.models import Applicant, Case, CaseMaterial, Clock, Review, Transfer
from denials.models import Clock as LadderClock
from denials.models import Report, Turn
from office.journal.models import Entry
from office.journal.rules import canonical
from office.vault import digest


def copy_case(case: Case, count: int) -> list[int]:
    """抄办件(不含报告),连同还没有了结的移交;返回新办件的主键。"""
    with transaction.atomic():
        _number(count)
        _copy_case(case)
        keys = _keys("case_id")
        _copy_journal(case, keys)
        for passage in case.transfers.in_passage():
            _copy(Transfer, "id", passage.pk, {"case_id": "c.case_id"})
            made = Transfer.objects.in_passage().filter(case__in=keys).values_list("pk", flat=True)
            _copy_journal(passage, list(made))
        return keys


def copy_case_roughly(case: Case, count: int, *, days: int) -> None:
    """抄上万件:时间散到之前 days 天里。日志也抄,但摘要链不重算——verify_journal 会指出它们,只用来量速度。"""
    with transaction.atomic():
        _number(count, days=days)
        _copy_case(case)
        about = {"subject_key": "c.case_id::text", "at": 'o."at" - c.shift'}
        _copy(Entry, "subject_key", str(case.pk), about, also="o.subject_type = 'approvals.case'")


def copy_report(report: Report, count: int) -> list[int]:
    """抄办件和它的这一份报告;返回新报告的主键。"""
    with transaction.atomic():
        _number(count)
        _copy_case(report.case)
        _copy_journal(report.case, _keys("case_id"))
        changes = {"id": "c.report_id", "case_id": "c.case_id", "number": "o.number || '-' || c.report_id"}
        _copy(Report, "id", report.pk, changes)
        for model in (LadderClock, Turn):
            _copy(model, "report_id", report.pk, {"report_id": "c.report_id"})
        keys = _keys("report_id")
        _copy_journal(report, keys)
        return keys


def _copy_case(case: Case) -> None:
    _copy(Applicant, "id", case.applicant_id, {"id": "c.applicant_id", "id_index": "'copy-' || c.applicant_id"})
    changes = {
        "id": "c.case_id",
        "applicant_id": "c.applicant_id",
        "number": "left(o.number, 14) || 'C' || c.case_id",
        "query_index": "'copy-' || c.case_id",
        "submission_key": "NULL",
    }
    _copy(Case, "id", case.pk, _earlier(Case) | changes)
    for model in (CaseMaterial, Review, Clock):
        own = {"clock_id": "NULL"} if model is Review else {}  # 分级审查里一级的时钟只归那一行
        _copy(model, "case_id", case.pk, _earlier(model) | own | {"case_id": "c.case_id"})


def _earlier(model: type[models.Model]) -> dict[str, str]:
    """各个时刻都往前挪 shift。"""
    moments = [str(f.column) for f in model._meta.concrete_fields if isinstance(f, models.DateTimeField)]
    return {column: f'o."{column}" - c.shift' for column in moments}


def _number(count: int, *, days: int = 0) -> None:
    """给每一份先占好主键,定下往前挪多久;从这里到事务结束不触发守卫。"""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS bench_copy"
            " (case_id bigint, report_id bigint, applicant_id bigint, shift interval) ON COMMIT DROP"
        )
        cursor.execute("DELETE FROM bench_copy")
        cursor.execute(
            "INSERT INTO bench_copy SELECT nextval(pg_get_serial_sequence('approvals_case', 'id')),"
            " nextval(pg_get_serial_sequence('denials_report', 'id')),"
            " nextval(pg_get_serial_sequence('approvals_applicant', 'id')), random() * make_interval(days => %s)"
            " FROM generate_series(1, %s)",
            [days, count],
        )


def _keys(column: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM bench_copy ORDER BY 1")  # noqa: S608 两个写死的列名
        return [row[0] for row in cursor.fetchall()]


def _copy(
    model: type[models.Model], where: str, key: int | str, changes: Mapping[str, str], *, also: str = "true"
) -> None:
    """抄一张表里的几行:changes 里的列换成给定的式子,主键没说换成什么就由库来编。"""
    columns = [str(field.column) for field in model._meta.concrete_fields]
    kept = [column for column in columns if column != "id" or "id" in changes]
    values = [changes.get(column, f'o."{column}"') for column in kept]
    names = ", ".join(f'"{column}"' for column in kept)
    # 表名列名出自模型,式子写死在本文件
    statement = (
        f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(values)}'  # noqa: S608
        f' FROM "{model._meta.db_table}" o CROSS JOIN bench_copy c WHERE o."{where}" = %s AND {also}'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])


def _copy_journal(about: models.Model, keys: Sequence[int]) -> None:
    """日志照抄,摘要链按新的对象重算。"""
    lines = list(Entry.objects.about(about))
    Entry.objects.bulk_create((line for key in keys for line in _rechained(lines, key)), batch_size=2000)


def _rechained(lines: Sequence[Entry], key: int) -> list[Entry]:
    chain: list[Entry] = []
    for line in lines:
        copied = copy.copy(line)
        copied.pk, copied._state = None, models.base.ModelState()
        copied.subject_key = str(key)
        copied.previous = chain[-1].digest if chain else ""
        copied.digest = digest(canonical(copied))
        chain.append(copied)
    return chain
