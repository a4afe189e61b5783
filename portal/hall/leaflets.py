"""印好的办事指南：A4 的 PDF。排一份要一秒上下，所以按内容的摘要存着，内容、版式没有变就用存着的那一份。"""

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import translation

from catalog.models import Guide
from office.papers import art, engine
from office.papers.words import full_width
from office.vault import digest
from portal.manual import typesetting

TEMPLATES = ("hall/leaflet.html", *typesetting.TEMPLATES)


def printed(guide: Guide, address: str) -> "File[bytes]":
    """印好的一份；没有就现排。文字总是中文，与纸质的文书一样。"""
    with translation.override("zh-hans"):
        html = compose(guide, address)
    above = f"guides/{guide.item.code}"
    folder = f"{above}/{guide.version}"
    name = f"{digest(html + engine.sources_digest(TEMPLATES))[:24]}.pdf"
    if not default_storage.exists(f"{folder}/{name}"):
        pdf = engine.print_pdf(html, {"manual:qr": art.qr(address)}, css=typesetting.CSS)
        default_storage.save(f"{folder}/{name}", ContentFile(pdf))
        _forget_others(folder, name)
        _forget_others(above)  # 从前不分版存着的
    return default_storage.open(f"{folder}/{name}")


def compose(guide: Guide, address: str) -> str:
    guide = typesetting.readable(guide)
    context = {
        "title": full_width(f"{guide.item.agency.name}办事指南"),
        "before": 0,
        "guide": guide,
        "item": guide.item,
        "address": address,
        "materials": sorted(guide.materials.all(), key=lambda m: (m.position, m.pk)),
        "bases": sorted(guide.bases.all(), key=lambda b: (b.position, b.pk)),
        "desks": guide.desks.all(),
    }
    return typesetting.with_flow_styles(render_to_string("hall/leaflet.html", context))


def _forget_others(folder: str, name: str = "") -> None:
    """同一版只留排得最新的一份；旧版的照留，正在办的件还要用。"""
    for other in default_storage.listdir(folder)[1]:
        if other != name:
            default_storage.delete(f"{folder}/{other}")
