"""导入:再导不变;变了出新版;有错就一行不进、逐条说清;试导入不写库。"""

import datetime
import json

import pytest
from django.core.management import CommandError, call_command

from agencies.models import Seal, User
from catalog.actions import importing, publishing
from catalog.management.commands.load_catalogue import DATA
from catalog.models import Authority, Guide, Item
from office.journal.models import Entry
from tests.catalog import makers

FEW = [DATA / "orgs-certificate-lost.json", DATA / "orgs-certificate.json", DATA / "orgs-found.json"]


@pytest.fixture
def loaded(db):
    call_command("load_bureau", verbosity=0)
    call_command("load_catalogue", *FEW, verbosity=0)


def spec(**changes):
    guide = {**makers.CONTENT, "window": "zj-window", "effective_from": "2026-01-01"}
    for name in ("promised_value", "promised_unit", "promised_basis"):
        guide.pop(name)
    guide["promised"] = {"value": 5, "unit": "wd", "basis": "本局承诺"}
    data = {
        "item": {
            **{"code": "sample", "name": "示例登记", "kind": "01", "level": "3", "theme": "orgs"},
            **{"agency": "zj", "section": "zj-orgs", "audiences": ["4"]},
        },
        "guide": guide,
        "materials": [{"key": "application", **makers.MATERIAL}],
        "bases": [{"key": "r1", **makers.BASIS}],
        "authorities": [],
    }
    for path, value in changes.items():
        section, _, name = path.partition("__")
        data[section] = {**data[section], name: value} if name else value
    return data


@pytest.fixture
def load(bureau, tmp_path):
    def deed(*specs, dry_run=False, at=bureau.at):
        paths = []
        for number, data in enumerate(specs):
            paths.append(tmp_path / f"{number}.json")
            paths[-1].write_text(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False))
        return importing.load(paths=paths, by=bureau.system, at=at, dry_run=dry_run)

    deed.folder = tmp_path
    return deed


def faults(load, *specs):
    with pytest.raises(importing.BadCatalogue) as bad:
        load(*specs)
    assert not Item.objects.exists()
    assert not Entry.objects.filter(subject_type__startswith="catalog.").exists()
    return bad.value.faults


STEP, WAY = makers.CONTENT["process"][0], makers.CONTENT["ways"][0]


@pytest.mark.clause("D2")
@pytest.mark.parametrize("space", ["", " ", "　"])
def test_spaces_in_a_file_are_no_words(load, space):
    """照目录文件发布的那扇门：该写的只写了空格，一个也进不来。"""
    for changes, said in (
        ({"item__name": space}, "事项名称"),
        ({"guide__content": space}, "办理内容"),
        ({"guide__complaint": space}, "投诉渠道"),
        ({"guide__ways": [{**WAY, "how": space}]}, "受理方式第1条"),
        ({"guide__process": [{**STEP, "name": space}]}, "办理流程第1步：缺“名称”"),
        ({"guide__promised": {"value": 5, "unit": "wd", "basis": space}}, "承诺时限"),
        ({"materials": [{"key": "a", **makers.MATERIAL, "standard": space}]}, "受理标准"),
        ({"bases": [{"key": "r1", **makers.BASIS, "text": space}]}, "大意"),
    ):
        assert any(said in fault for fault in faults(load, spec(**changes))), changes


def test_an_authority_stays_when_its_basis_is_worded_anew(load, bureau):
    """升级之后再导:在册的权限不改不删,也不拦住整份目录。"""
    Seal.objects.create(code="zj-official", agency=bureau.agency, name="示例印章", kind="official")
    granted = {"agency": "zj", "seal": "zj-official", "from": "2026-01-01", "basis": "示例条例第一条"}
    load(spec(authorities=[granted]))
    report = load(spec(authorities=[{**granted, "basis": "示例条例第二条"}]))
    assert any("已在册" in line for line in report.lines) and report.changed == 0
    assert [one.basis for one in Authority.objects.all()] == ["示例条例第一条"]


def test_loading_twice_changes_nothing(loaded):
    before = (Guide.objects.count(), Entry.objects.count())
    call_command("load_catalogue", *FEW, verbosity=0)
    assert (Guide.objects.count(), Entry.objects.count()) == before


def test_the_command_tells_what_it_did(loaded, capsys):
    call_command("load_catalogue", *FEW, dry_run=True)
    told = capsys.readouterr().out
    assert "orgs-found：与第1版相同，不变" in told
    assert "试导入完毕，0 处变动" in told


@pytest.mark.clause("D1")
def test_changed_data_makes_a_new_version(load, bureau):
    load(spec())
    report = load(spec(guide__content="换了说法"))
    item = Item.objects.get()
    assert report.lines == ["sample：发布第2版，2026-03-02 起生效"]
    assert [g.version for g in item.guides.order_by("version")] == [1, 2]
    assert item.guide_on(datetime.date(2026, 3, 1)).content == makers.CONTENT["content"]
    assert item.guide_on(datetime.date(2026, 3, 2)).content == "换了说法"


def test_an_edited_guide_is_not_overwritten_by_an_unchanged_file(load, bureau):
    load(spec())
    item = Item.objects.get()
    edited = publishing.draft_from(item=item, guide=item.guides.get(), by=bureau.editor, at=bureau.at)
    edited.content = "后台改过"
    edited.save()
    makers.publish(bureau, edited)
    assert "现行第2版出自别处，未覆盖" in load(spec()).lines[0]
    assert item.guides.count() == 2


def test_changed_items_are_journalled(load, bureau):
    load(spec())
    load(spec(item__short_name="示例"))
    line = Entry.objects.about(Item.objects.get()).last()
    assert (line.verb, line.facts) == ("catalog.item.change", {"short_name": ["", "示例"]})


def test_dry_run_goes_all_the_way_and_writes_nothing(load):
    report = load(spec(), dry_run=True)
    assert report.changed == 2
    assert not Item.objects.exists()
    assert not Entry.objects.filter(subject_type__startswith="catalog.").exists()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"item__section": "zj-none"}, "承办科室“zj-none”不存在"),
        ({"item__agency": "none"}, "实施主体“none”不存在"),
        ({"item__kind": "99"}, "事项类型："),
        ({"item__basic_code": "000711017000"}, "基本编码里的事项类型"),
        ({"item__colour": "red"}, "不认识的栏“colour”"),
        ({"guide__colour": "red"}, "不认识的栏“colour”"),
        ({"guide__window": "zj-none"}, "受理窗口“zj-none”不存在"),
        ({"guide__effective_from": "明天"}, "effective_from"),
        ({"guide__promised": {"value": 5, "unit": "wd"}}, "承诺时限要写全"),
        ({"guide__complaint": ""}, "指南：投诉渠道"),
        ({"guide__form": {"pages": []}}, "申请表：没有页"),
        ({"materials": []}, "指南：申请材料"),
        ({"materials": [{"key": "a", "name": "示例"}]}, "材料第1项“a”：受理标准"),
        ({"materials": [{"key": "a", **makers.MATERIAL}] * 2}, "材料第2项“a”：键重复"),
        ({"materials": [{"key": "a", "colour": "red"}]}, "不认识的栏"),
        ({"bases": [{"key": "r1", **makers.BASIS, "in_force_from": "去年"}]}, "施行日期"),
        ({"authorities": [{"agency": "zj"}]}, "办理权限：要写全"),
    ],
)
def test_faults_are_told_one_by_one(load, changes, fault):
    found = faults(load, spec(item__code="good"), spec(**changes))
    assert len(found) >= 1
    assert all(line.startswith("1.json：") for line in found)
    assert any(fault in line for line in found), found


def test_unreadable_files(load):
    assert "读不出来" in faults(load, "{")[0]
    assert "要有且只有" in faults(load, "{}")[0]
    assert "要有且只有" in faults(load, "[]")[0]


def test_faults_of_all_files_come_together(load):
    found = faults(load, spec(item__agency="x"), spec(guide__ways=[]))
    assert [line[:7] for line in found] == ["0.json：", "1.json："]


def heading(code, **item):
    return {"item": {**spec()["item"], "code": code, "name": "示例变更登记", **item}}


@pytest.mark.clause("S1")
def test_a_heading_has_no_guide_and_parents_come_first(load):
    """文件的次序里子项在前、主项在后,也照样导得进。"""
    child = spec(item__parent="family", item__code="child")
    grandchild = spec(item__parent="child", item__code="grandchild")
    load(grandchild, child, heading("family"))
    assert Item.objects.get(code="grandchild").parent.parent.code == "family"
    assert not Item.objects.get(code="family").guides.exists()
    assert Guide.objects.count() == 2


def test_a_renewal_may_be_by_an_item_of_a_later_file(load):
    """指南写着到期办的事项，文件在后面也导得进；哪个文件都没有的，说出来。"""
    row = {"apply_days": 30, "remind": "60", "basis": "示例条例第二条"}
    first = spec(guide__renewal=[{"item": "later", **row}])
    assert faults(load, first) == ["0.json：指南：到期延续：没有编码是“later”的事项"]
    load(first, spec(item__code="later"))
    assert Guide.objects.count() == 2


def test_parents_in_a_circle_are_told(load):
    found = faults(load, heading("a", parent="b"), heading("b", parent="a"))
    assert found == ["0.json：主项“b”不存在", "1.json：主项“a”不存在"]


def common(load, **parts):
    (load.folder / "common.json").write_text(json.dumps(parts, ensure_ascii=False))


def test_shared_texts_come_from_common(load):
    law = {name: value for name, value in makers.BASIS.items() if name != "key"}
    common(load, guide={"window": {"place": "共用地点", "hours": "共用时间"}}, bases={"law": law})
    load(spec(guide__common=["window"], guide__hours="自己的时间", bases=["law"]))
    guide = Guide.objects.get()
    assert (guide.place, guide.hours) == ("共用地点", "自己的时间")
    assert [basis.key for basis in guide.bases.all()] == ["law"]


def test_the_common_file_itself_is_no_item(load):
    common(load, guide={}, bases={})
    report = importing.load(
        paths=[load.folder / "common.json"], by=User.objects.system(), at=datetime.datetime.now(datetime.UTC)
    )
    assert report.lines == []


def test_missing_shared_texts_are_told(load):
    assert "读不出来" in faults(load, spec(guide__common=["nowhere"]))[0]
    common(load, guide={}, bases={})
    found = faults(load, spec(guide__common=["nowhere"], bases=["unheard"]))
    assert found == ["0.json：common.json 里没有“nowhere”", "0.json：common.json 里没有“unheard”"]


@pytest.mark.parametrize("part", ["item", "guide", "bases", "authorities"])
def test_parts_of_the_wrong_shape_are_told(load, part):
    assert faults(load, {**spec(), part: "词"}) == [f"0.json：这几部分的写法不对：{part}"]


@pytest.mark.parametrize("wrong", [{"item__code": ["a"]}, {"item__parent": {}}, {"guide__common": [{}]}])
def test_names_that_are_no_words_are_told(load, wrong):
    assert faults(load, spec(**wrong)) == ["0.json：code、parent、common 要写成文字"]


def test_materials_may_come_from_a_csv(load):
    (load.folder / "m.csv").write_text("key,name,copies,standard,basis,remedy\na,示例材料,2,清晰,示例条例第一条,重拍\n")
    load(spec(materials="m.csv"))
    material = Guide.objects.get().materials.get()
    assert (material.name, material.copies, material.requirement) == ("示例材料", 2, "required")
    load(spec(materials="m.csv"))
    assert Guide.objects.count() == 1


@pytest.mark.clause("D14")
def test_a_material_may_carry_a_condition_on_the_form(load):
    choice = {"key": "why", "kind": "choice", "label": "为什么", "choices": [["new", "新办"], ["lost", "遗失"]]}
    form = {"pages": [{"key": "p", "title": "第一页", "fields": [choice]}]}
    row = {"key": "a", "name": "示例材料", "standard": "清晰", "basis": "示例条例第一条", "remedy": "重拍"}
    lost = {"field": "why", "op": "equals", "value": "lost"}
    assert "材料“示例材料”：条件的值“z”不是“why”的选项" in "".join(
        faults(load, spec(guide__form=form, materials=[{**row, "condition": {**lost, "value": "z"}}]))
    )
    load(spec(guide__form=form, materials=[{**row, "condition": lost}]))
    assert Guide.objects.get().materials.get().condition == lost
    load(spec(guide__form=form, materials=[row]))
    assert Guide.objects.count() == 2, "条件变了就是新版"


def test_what_the_database_refuses_is_told_in_words(load):
    """约束不逐条先问,由数据库拒绝;拒绝的话照样说清是哪一条。"""
    longer = {"statutory": {"value": 3, "unit": "wd", "basis": "示例条例第一条"}}
    found = faults(load, spec(item__code="good"), spec(guide__statutory=longer["statutory"]))
    assert found == ["1.json：办事指南：承诺时限不能长于法定时限。"]


def test_one_more_item_costs_few_queries(load, django_assert_max_num_queries):
    with django_assert_max_num_queries(90):
        load(spec())


def test_the_command_refuses_with_the_faults(db, tmp_path):
    path = tmp_path / "bad.json"
    path.write_text("{}")
    with pytest.raises(CommandError, match=r"没有导入：\nbad.json：要有且只有"):
        call_command("load_catalogue", path)


def test_the_demonstration_stays_in_the_demonstration(db, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="示范目录"):
        call_command("load_catalogue")
