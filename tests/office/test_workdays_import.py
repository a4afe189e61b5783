"""导入放假通知:逐行报错、要么全进要么不进、公布。"""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from office.workdays import actions
from office.workdays.calendar import calendar_for, forget
from office.workdays.clock import now
from office.workdays.models import CalendarChange, CalendarYear, SpecialDay
from office.workdays.reading import BadLines

pytestmark = pytest.mark.django_db
HEADER = "date,works,name,source\n"
GOOD = HEADER + "2027-01-01,休息,元旦,示例通知\n2027-02-20,上班,春节调休,示例通知\n2026-12-31,休息,元旦,示例通知\n"


@pytest.fixture
def system():
    forget()
    yield get_user_model().objects.system()
    forget()


def load(text, system, **options):
    return actions.import_csv(text, by=system, at=now(), **options)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("2027-13-01,休息,元旦,通知", "第 2 行：“2027-13-01”不是日期(应如 2027-01-01)"),
        (",休息,元旦,通知", "第 2 行：“”不是日期(应如 2027-01-01)"),
        ("2027-01-01,放假吧,元旦,通知", "第 2 行：“放假吧”不是“上班”或“休息”"),
        ("2027-01-01,休息,,通知", "第 2 行：没有写名称"),
        ("2027-01-01,休息,元旦", "第 2 行：没有写依据文件"),
        ("2027-01-01,休息,元旦,通知,zj,多的", "第 2 行：多出了列"),
        (f"2027-01-01,休息,{'元' * 61},通知", "第 2 行：名称超过 60 个字"),
        ("2026-11-30,休息,元旦,通知", "第 2 行：2026-11-30 不归 2027 年的安排（本年 1 月至 11 月，或上一年 12 月）"),
        ("2027-01-01,休息,元旦,通知\n2027-01-01,上班,元旦,通知", "第 3 行：2027-01-01 与第 2 行重复"),
        ("", "文件里一天也没有"),
    ],
)
def test_each_bad_line_is_named_and_nothing_is_loaded(system, lines, problem):
    good = "2027-05-01,休息,劳动节,通知\n" if lines else ""
    with pytest.raises(BadLines) as bad:
        load(HEADER + lines + "\n" + good, system, year=2027, official=True)
    assert bad.value.problems == [problem]
    assert not SpecialDay.objects.exists()
    assert not CalendarYear.objects.exists()


def test_all_bad_lines_are_told_at_once(system):
    with pytest.raises(BadLines) as bad:
        load(HEADER + "昨天,也许,,\n2027-01-01,休息,元旦,\n", system)
    assert len(bad.value.problems) == 5


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "第 1 行：缺少列 date、works、name、source"),
        ("date,works,name\n", "第 1 行：缺少列 source"),
        ("date,works,name,source,colour\n", "第 1 行：不认识的列 colour"),
    ],
)
def test_a_wrong_header_is_named(system, text, problem):
    with pytest.raises(BadLines) as bad:
        load(text, system)
    assert bad.value.problems == [problem]


def test_a_notice_replaces_the_official_days_of_its_year(system):
    load(GOOD, system, year=2027, official=True)
    assert SpecialDay.objects.count() == 3
    load(HEADER + "2027-01-01,休息,元旦,更正通知\n", system, year=2027, official=True)
    assert [day.source for day in SpecialDay.objects.all()] == ["更正通知"]
    assert CalendarYear.objects.get().source == "更正通知"
    assert CalendarChange.objects.count() == 4


def test_an_estimate_leaves_the_year_provisional(system):
    load(GOOD, system, year=2027)
    assert CalendarYear.objects.get().status == CalendarYear.PROVISIONAL
    assert all(SpecialDay.objects.values_list("provisional", flat=True))
    assert 2027 in calendar_for().provisional_years


def test_single_days_of_an_agency_are_added(system):
    text = "date,works,name,source,agency_code\n2026-06-08,0,县庆(示例),示例文件,xw\n"
    load(text, system)
    load(text.replace("县庆", "县庆日"), system)
    assert [(d.name, d.agency_code, d.provisional) for d in SpecialDay.objects.all()] == [("县庆日(示例)", "xw", False)]


def test_an_empty_year_cannot_be_published(system):
    actions.load_known_years(by=system, at=now())
    with pytest.raises(actions.EmptyYear, match="2027 年还没有录入正式的节假日"):
        actions.publish_year(2027, source="示例通知", by=system, at=now())
    with pytest.raises(ValueError, match="年度"):
        load(GOOD, system, official=True)


def test_a_published_year_is_not_loaded_again(system):
    load(GOOD, system, year=2027, official=True)
    assert 2027 not in actions.load_known_years(by=system, at=now())
    assert CalendarYear.objects.get(year=2027).status == CalendarYear.OFFICIAL


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_command_reads_what_spreadsheets_write(system, tmp_path, capsys, encoding):
    file = tmp_path / "2027.csv"
    file.write_text(GOOD, encoding=encoding)
    call_command("import_workdays", str(file), "--year", "2027", "--official")
    assert "已导入 3 天" in capsys.readouterr().out
    assert 2027 not in calendar_for().provisional_years


def test_command_says_what_is_wrong_in_chinese(system, tmp_path):
    file = tmp_path / "2027.csv"
    file.write_text(HEADER + "2027-01-01,休息,,\n", encoding="utf-8")
    with pytest.raises(CommandError, match="没有载入。\n第 2 行：没有写名称\n第 2 行：没有写依据文件"):
        call_command("import_workdays", str(file))
    with pytest.raises(CommandError, match="--year"):
        call_command("import_workdays", str(file), "--official")
    with pytest.raises(CommandError, match="读不了"):
        call_command("import_workdays", str(tmp_path / "none.csv"))
