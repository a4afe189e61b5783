"""公务底座的全部名词。"""

from office.journal.models import Entry

__all__ = ["Entry"]
