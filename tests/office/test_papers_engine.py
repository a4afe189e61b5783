"""排版:每种文书都排得出,该有的字都在,外面的东西一样也取不到。"""

import io
import logging
import re
from functools import cache

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from pypdf import PdfReader

from office.papers import art, engine, fonts
from office.papers.kinds import KINDS
from office.papers.models import Paper
from office.papers.words import full_width
from tests.makers import moment
from tests.office.paper_samples import SAMPLES

RARE = "䶮㛃𬭎𫖯龘"


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "weasyprint.progress")


def paper(kind, **context):
    facts = {**SAMPLES[kind], **context}
    spec = KINDS[kind]
    return Paper(
        kind=kind,
        title=spec.title_for(facts),
        number=f"湛民{spec.word}〔2026〕12号",
        context=facts,
        ordered_at=moment("2026-11-21 10:00"),
    )


@cache
def plain(kind):
    return pdf_of(kind)


def pdf_of(kind, seal_name="", **context):
    return PdfReader(io.BytesIO(engine.typeset(paper(kind, **context), seal_name=seal_name).pdf))


def words_of(reader):
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def strings(value):
    if isinstance(value, dict):
        return [s for key, each in value.items() if key not in NOT_PRINTED for s in strings(each)]
    if isinstance(value, list):
        return [s for each in value for s in strings(each)]
    return [str(value)]


NOT_PRINTED = {
    "item_kind",
    "situation",
    "why",
    "channel",
    "path",
}  # 只决定标题、哪一种、要不要网上渠道、连到哪里


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_prints_everything_it_was_told(kind):
    words = words_of(plain(kind))
    for line in strings(full_width(SAMPLES[kind])):
        for part in line.split("\n"):
            assert re.sub(r"\s", "", part) in words, part
    assert f"湛民{KINDS[kind].word}〔2026〕12号" in words
    assert "2026年11月21日" in words or kind.endswith("_sheet")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_bears_the_code_of_its_public_verification_page(kind):
    """每一种都有核验二维码，内部的登记表、汇总表、移交清单也不例外；印出来正好一个，指向这份文书自己的核验页。"""
    one = paper(kind)
    printed = re.findall(r'<img src="paper:qr" alt="[^"]*?(http[^"]+)">', engine.compose(one))
    assert printed == [one.verify_url]
    assert one.verify_url == settings.PUBLIC_URL + reverse("hall:verify-paper", args=[one.check_code])


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_tagged_embedded_and_named(kind):
    reader = plain(kind)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title.startswith(paper(kind).title)
    assert reader.metadata.author == "湛江市民政局"
    fonts_used = [f.get_object() for page in reader.pages for f in page["/Resources"]["/Font"].values()]
    assert fonts_used
    for font in fonts_used:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), "字体必须嵌入"


@pytest.mark.clause("Z5", "Z11")
@pytest.mark.parametrize(("kind", "reasons"), [("denial_report", "拟否定理由"), ("register_entry", "否定理由")])
def test_register_forms_have_the_seven_fields_of_the_source(kind, reasons):
    words = words_of(plain(kind))
    for label in (
        "承办单位",
        "申请人或单位名称和联系方式",
        "申请办理事项",
        "受理日期",
        "受理编号",
        "办理答复情况",
        "经办人及联系方式",
        f"{reasons}和依据",
        "附\uff1a相关政策",
    ):
        assert label in words


@pytest.mark.parametrize("kind", ["refusal", "not_accepted"])
def test_remedies_name_body_court_terms_and_online_channel(kind):
    words = words_of(plain(kind))
    assert "六十日内向湛江市人民政府申请行政复议" in words
    assert "六个月内依法向有管辖权的人民法院提起行政诉讼" in words
    assert "https://fuyi.example.invalid/" in words


def test_remedies_cannot_be_overridden_by_a_kind():
    """复议、诉讼一段在基础版式里,不在任何可以改写的块里。"""
    source = get_template("papers/letter.html").template.source
    outside = re.sub(r"{% block \w+ %}.*?{% endblock %}", "", source, flags=re.S)
    assert "申请行政复议" in outside
    for kind in ("refusal", "not_accepted"):
        assert get_template(f"papers/{kind}.html").template.source.startswith('{% extends "papers/letter.html" %}')


def test_a_page_holds_22_lines_of_28_characters():
    """GB/T 9704-2012 5.2.3。"""
    reader = pdf_of("how_to", situation="行" * 28 * 60)
    full = [line.strip() for line in reader.pages[1].extract_text().splitlines() if set(line.strip()) == {"行"}]
    assert len(full) == 22
    assert {len(line) for line in full} == {28}


def test_pages_are_a4_and_numbered_from_the_second_in_letter_form():
    reader = pdf_of("how_to", situation="行" * 28 * 30)
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    assert "—1—" not in re.sub(r"\s", "", reader.pages[0].extract_text())
    assert "—2—" in re.sub(r"\s", "", reader.pages[1].extract_text())


@pytest.mark.parametrize("lines", range(4, 11))
def test_no_page_holds_only_the_signature_and_seal(lines):
    """GB/T 9704-2012 7.3.5.1:不得出现只有印章、成文日期的空白页。"""
    reader = pdf_of("withdrawal", returned="行" * 28 * lines, seal_name="湛江市民政局印章")
    last = re.sub(r"\s", "", reader.pages[-1].extract_text())
    assert last.index("特此通知") < last.index("2026年11月21日")


@pytest.mark.parametrize(("lines", "pages"), [(2, 1), (4, 2), (24, 2), (36, 3)])
def test_a_letter_a_little_too_long_is_set_closer_to_stay_on_one_page(lines, pages):
    """GB/T 9704-2012 7.3.5.5:所剩空白容不下印章、成文日期的，调整行距；排紧了也少不了一面的，照原样每面 22 行。"""
    told = {"content": "行" * 28 * lines, "certificate_number": "", "validity": "", "conditions": ""}
    reader = pdf_of("grant", seal_name="湛江市民政局印章", **told)
    assert len(reader.pages) == pages
    if pages == 3:
        second = reader.pages[1].extract_text().splitlines()
        assert sum(set(line.strip()) == {"行"} for line in second) == 22


@pytest.mark.clause("Z2")
def test_a_basis_reads_as_a_citation_in_the_sentence():
    told = {"basis": "《示例条例》第一条：会员要有五十个。", "law": "行政许可法第三十八条第二款"}
    text = words_of(pdf_of("refusal", **told))
    assert "根据《示例条例》第一条（会员要有五十个）、行政许可法第三十八条第二款的规定" in text


def test_seal_is_drawn_only_for_demonstration(settings):
    seal_name, place = "湛江市民政局行政许可专用章(示范)", "\uff08印章\uff09"
    assert place not in words_of(pdf_of("acceptance", seal_name=seal_name))
    settings.DEMONSTRATION = False
    assert place in words_of(pdf_of("acceptance", seal_name=seal_name))


def test_seal_letters_are_outlines_not_text():
    drawing = art.seal("湛江市民政局", "行政许可专用章").decode()
    assert "<text" not in drawing
    assert drawing.count("<path") == len("湛江市民政局行政许可专用章示范")


def test_long_agency_names_keep_to_one_line():
    name = "湛江市示范经济技术开发区社会事务管理局(示范)"
    assert full_width(name) in words_of(pdf_of("acceptance", agency=name))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x.png",
        "https://example.invalid/x.png",
        "ftp://example.invalid/x",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "paper:seal",
    ],
)
@pytest.mark.parametrize(
    "html", ['<img src="{}">', '<link rel="stylesheet" href="{}">', "<p style=\"background: url('{}')\">x</p>"]
)
def test_nothing_from_outside_is_fetched(url, html):
    with pytest.raises(engine.Refused):
        engine.print_pdf(f"<html><body>{html.format(url)}</body></html>", {})


def test_what_applicants_write_is_text_not_markup():
    words = words_of(pdf_of("acceptance", applicant='<img src="file:///etc/passwd">甲'))
    assert '<imgsrc="file:///etc/passwd">甲' in words


def test_rare_characters_of_names_are_drawn():
    reader = pdf_of("acceptance", applicant=f"张{RARE}")
    assert f"张{RARE}" in words_of(reader)


@pytest.mark.parametrize("character", ["\U0002ebf0", "🙂", "\ue000", "\u200b"])
def test_a_missing_glyph_stops_the_paper(character):
    with pytest.raises(fonts.MissingGlyph) as refusal:
        engine.typeset(paper("acceptance", applicant=f"张{character}"))
    assert refusal.value.characters == character
    assert f"U+{ord(character):04X}" in str(refusal.value)


def test_common_fonts_are_cut_small_and_kept():
    for name, full in fonts.FACES.items():
        small = fonts.subset_path(full)
        assert small.stat().st_size < full.stat().st_size / 3
        assert fonts.faces()[name] == small.as_uri()


def test_template_version_names_the_kind_and_its_sources():
    assert re.fullmatch(r"acceptance-[0-9a-f]{16}", engine.template_version("acceptance"))
    versions = {engine.template_version(kind).rpartition("-")[2] for kind in KINDS}
    assert len(versions) > 15


def test_digest_is_sm3_of_the_file():
    sheet = engine.typeset(paper("withdrawal"))
    assert len(sheet.digest) == 64
    assert sheet.digest == engine.digest(sheet.pdf)
