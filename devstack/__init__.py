"""本机一键起停:自带的 PostgreSQL、消息代理与监督进程(make run、make test 的后面)。

只用于演示、开发和测试;生产用 docker-compose.yml。
"""
