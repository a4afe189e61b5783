# make run    整座大厅,跑在 var/ 下自带的数据库和消息代理上      PORT=8010 make run
# make test   全部测试                                         make test ARGS="tests/denials -q"
# make screenshots  对着正在运行的大厅照相,放进 docs/screenshots
# make faults 清扫的故障演练    make handovers 一万件三级移交的故障演练    make bench  二十万件里各页的快慢   (写进 docs/measured/)
# make first  新检出里 make run 冷、热各一次，计时(ARGS=test 连 make test 也计)
# make lint   写法、契约、类型、迁移、译文    make stop  停掉一切    make clean  连数据一起删
PYTHON ?= python3
V      := .venv
ROOMS  := office agencies catalog approvals denials delegation supervision portal devstack
DONE   := $(V)/.done
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# 有的机器一律不让 Python 留字节码：那样每个进程(迁移、网页、任务……)都要从头编译，各多花四五秒。
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test screenshots lint faults handovers bench first stop clean
run: $(DONE)
	@exec $(V)/bin/python -m devstack run
test: $(DONE)
	@$(V)/bin/python -m devstack test $(ARGS)
screenshots: $(DONE)
	@$(V)/bin/python -m devstack.pictures
lint: $(DONE)
	$(V)/bin/ruff check .
	$(V)/bin/ruff format --check .
	$(V)/bin/lint-imports --no-cache
	$(V)/bin/mypy $(ROOMS)
	$(V)/bin/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(V)/bin/python manage.py refresh_locale --check
first: $(DONE)
	@$(V)/bin/python -m devstack.first $(ARGS)
faults handovers bench: $(DONE)
	@$(V)/bin/python -m devstack $@ $(ARGS)
stop:
	@test ! -x $(V)/bin/python || $(V)/bin/python -m devstack stop
clean:
	@test ! -x $(V)/bin/python || $(V)/bin/python -m devstack clean
	rm -rf $(V) var

$(DONE): requirements-dev.lock bootstrap.txt devstack/bootstrap.sh
	@PYTHON="$(PYTHON)" bash devstack/bootstrap.sh $(V)
	@touch $@
