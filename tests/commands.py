"""Commands of the terminal, run as people run them, and what one finds after them."""

import os
import subprocess
import sys

from goldensix.adapters.postgres.embedded import run_sql

INIT = ("--merchant", "山里人家", "--shop", "茶铺", "--name", "刘", "--login", "13800138000")
PASSWORD = "six golden seconds"


def goldensix(*arguments: str, dsn: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "goldensix", *arguments],
        env={**os.environ, "COLUMNS": "1000", "DATABASE_URL": dsn, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def done(*arguments: str, dsn: str = "", **environment: str) -> str:
    ended = goldensix(*arguments, dsn=dsn, **environment)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def refusal(*arguments: str, dsn: str = "", **environment: str) -> str:
    """The one sentence that a command says instead."""
    ended = goldensix(*arguments, dsn=dsn, **environment)
    assert ended.returncode == 1, ended.stderr
    [sentence] = ended.stderr.strip().splitlines()
    assert sentence.endswith("."), sentence
    return sentence


def talk(dsn: str) -> None:
    """A conversation of three events, written as any version writes it."""
    run_sql(
        dsn,
        """
        insert into log_heads values (1, 3);
        insert into events select 1, n, 'c1', n, t, v, now(), now(), f::jsonb, b from (values
          (1, 'conversation_started', 2,
           '{"shop": 1, "buyer": "chen", "channel": "page", "group": 1, "language": "zh"}', 'c1'),
          (2, 'message_sent', 1, '{"message": "bchen.00000001", "by": "buyer", "agent": null, "kind": "text"}',
           'bchen.00000001'),
          (3, 'messages_read', 1, '{"by": "buyer", "agent": null, "up_to": 2}', null)) e (n, t, v, f, b);
        insert into bodies values (1, 'c1', 'c1', 1, '{"name": "陈"}'),
          (1, 'bchen.00000001', 'c1', 2, '{"text": "\\u001b[2J 我的电话"}');
        """,
    )
