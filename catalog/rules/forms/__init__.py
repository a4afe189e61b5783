"""申请表定义(数据):写得对不对,此刻问哪些格子,填得合不合要求。纯函数,不查时钟。"""

from catalog.rules.forms.checks import PATTERNS, TODAY, broken
from catalog.rules.forms.conditions import applies, asks_about, condition_faults, leaf, resolved
from catalog.rules.forms.definition import (
    FIELD_KINDS,
    FILE_TYPES,
    MOST_FILES,
    PREFILLS,
    ROWS,
    asked,
    asks_for,
    check_form,
    fields_of,
    known_fields,
    settled,
)
from catalog.rules.forms.explaining import SAMPLES, every_field, example, explanation, legend, silent, standing_words
from catalog.rules.forms.schema import json_schema
from catalog.rules.forms.sheets import (
    OF_ITEM,
    is_the_application,
    material_sheet_faults,
    questions,
    sheet_faults,
    without_sheet,
)
from catalog.rules.forms.values import REGIONS, blank, same

__all__ = [
    "FIELD_KINDS",
    "FILE_TYPES",
    "MOST_FILES",
    "OF_ITEM",
    "PATTERNS",
    "PREFILLS",
    "REGIONS",
    "ROWS",
    "SAMPLES",
    "TODAY",
    "applies",
    "asked",
    "asks_about",
    "asks_for",
    "blank",
    "broken",
    "check_form",
    "condition_faults",
    "every_field",
    "example",
    "explanation",
    "fields_of",
    "is_the_application",
    "json_schema",
    "known_fields",
    "leaf",
    "legend",
    "material_sheet_faults",
    "questions",
    "resolved",
    "same",
    "settled",
    "sheet_faults",
    "silent",
    "standing_words",
    "without_sheet",
]
