"""组件与时限的说法:语义在字里,不在颜色里。"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory

from portal import styleguide, words
from portal.templatetags import hall_ui

CHINA = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 4, 12, tzinfo=CHINA)


def draw(source: str, **context) -> str:
    request = RequestFactory().get("/")
    return engines["django"].from_string("{% load hall_ui %}" + source).render(context, request)


class Asking(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致", max_length=20)
    way = forms.ChoiceField(label="领取", widget=forms.RadioSelect, choices=[("a", "窗口"), ("b", "邮寄")])
    note = forms.CharField(label="备注", required=False)


def test_field_ties_label_hint_and_error_to_the_control():
    form = Asking({"name": ""})
    drawn = draw("{% field form.name %}", form=form)
    assert '<label class="field__label" for="id_name">姓名' in drawn
    assert 'aria-describedby="id_name_hint id_name_error"' in drawn and 'aria-invalid="true"' in drawn
    assert 'id="id_name_hint"' in drawn and 'id="id_name_error"' in drawn


def test_choices_are_a_fieldset_with_a_legend():
    drawn = draw("{% field form.way %}", form=Asking({}))
    assert re.search(r'<fieldset aria-describedby="id_way_error">\s*<legend', drawn)
    assert '<label for="id_way_1">邮寄</label>' in drawn


def test_only_optional_fields_are_marked():
    drawn = draw("{% form_fields form %}", form=Asking())
    assert drawn.count("选填") == 1


def test_error_summary_links_to_the_control_in_error():
    drawn = draw("{% error_summary form %}", form=Asking({}))
    assert 'role="alert"' in drawn
    assert re.findall(r'href="#([^"]+)"', drawn) == ["id_name", "id_way_0"]
    assert draw("{% error_summary form %}", form=Asking()).strip() == ""


def test_components_escape_what_people_wrote():
    evil = "<script>alert(1)</script>"
    for source in ("{% tag evil %}", "{% button evil %}", "{% summary_row evil evil %}", "{% phone evil %}",
                   "{% notice evil %}{{ evil }}{% endnotice %}", "{% more evil %}{{ evil }}{% endmore %}",
                   "{% receipt evil evil evil %}{% endreceipt %}", "{% breadcrumbs evil evil evil %}"):  # fmt: skip
        assert "<script" not in draw(source, evil=evil), source


def test_stages_say_where_we_are_in_words():
    drawn = draw('{% stages "审查" %}')
    assert drawn.count('aria-current="step"') == 1
    assert [drawn.index(word) for word in ("已完成", "正在进行", "还没到")] == sorted(
        drawn.index(word) for word in ("已完成", "正在进行", "还没到")
    )


def test_finished_stages_have_no_current_step():
    assert 'aria-current="step"' not in draw('{% stages "办结" finished=True %}')


def test_navigation_hides_pages_that_do_not_exist():
    assert draw('{% nav_link "hall:nowhere" "无" %}') == ""


def test_admin_cells_learn_their_column_names():
    cells = hall_ui.labelled(['<td class="x">1</td>', "<th>2</th>"], [{"text": "编号"}, {"text": '<b>"时"</b>'}])
    assert cells == ['<td data-label="编号" class="x">1</td>', '<th data-label="&quot;时&quot;">2</th>']


# 时刻与时限的说法


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=20), "1 分钟"),
        (timedelta(minutes=59), "59 分钟"),
        (timedelta(hours=5, minutes=12), "5 小时 12 分"),
        (timedelta(hours=6), "6 小时"),
        (timedelta(days=2, hours=3, minutes=40), "2 天 3 小时"),
        (timedelta(days=4), "4 天"),
    ],
)
def test_span_says_at_most_two_units(length, said):
    assert words.span(length) == said


def test_midnight_is_said_as_the_end_of_the_day_before():
    assert words.due_words(datetime(2026, 3, 5, tzinfo=CHINA)) == "2026年3月4日（周三）24:00"
    assert words.due_words(NOON) == "2026年3月4日（周三）12:00"


@pytest.mark.parametrize(
    ("moments", "said", "tone", "percent"),
    [
        ({"due_at": NOON + timedelta(hours=5)}, "剩 5 小时", "info", 50),
        ({"due_at": NOON + timedelta(hours=1)}, "剩 1 小时", "warn", 17),
        ({"due_at": NOON - timedelta(hours=1)}, "已超过 1 小时", "bad", 0),
        (
            {"due_at": NOON + timedelta(hours=5), "paused_at": NOON - timedelta(hours=2)},
            "已暂停，剩 7 小时",
            "quiet",
            70,
        ),
        ({"due_at": NOON, "ended_at": NOON - timedelta(hours=1)}, "按时完成", "good", 100),
        ({"due_at": NOON - timedelta(hours=2), "ended_at": NOON}, "已完成，超过时限", "bad", 100),
    ],
)
def test_clock_is_read_in_words(moments, said, tone, percent):
    clock = styleguide.SampleClock(started_at=NOON - timedelta(hours=5), **moments)
    assert words.read_clock(clock, NOON) == words.Reading(said, tone, percent)


def test_clock_carries_a_machine_readable_time():
    clock = styleguide.SampleClock(NOON, NOON + timedelta(hours=5))
    drawn = draw('{% clock c now then="到点转局长" %}', c=clock, now=NOON)
    assert '<time datetime="2026-03-04T17:00:00+08:00">' in drawn and "到点转局长" in drawn
    assert re.search(r"<svg[^>]*aria-hidden", drawn)
