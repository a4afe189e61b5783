"""搭建:运行角色的权限、中文检索用得上的区域设置。"""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_trigrams_see_chinese():
    """区域设置若是纯 C,pg_trgm 看不见汉字,检索会悄悄失灵。"""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT show_trgm('民政局')")
        assert cursor.fetchone()[0]


@pytest.mark.django_db
def test_app_role_may_read_but_not_create_tables(app_role):
    with app_role.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM django_content_type")
        assert cursor.fetchone()[0] == "hall_app"
