"""步与时钟的总表和代码一字不差。"""

from pathlib import Path

from portal.management.commands.list_steps import document


def test_document_is_generated_from_the_code():
    page = Path(__file__).parents[2] / "docs" / "steps.md"
    assert page.read_text() == document(), "请重新生成：python manage.py list_steps > docs/steps.md"
