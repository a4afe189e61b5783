"""全体测试都认识的一小班人(tests/cast.py)。"""

pytest_plugins = ["tests.cast"]
