"""Every command does what it says, and what it cannot do is one sentence and exit code 1."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from commands import INIT, PASSWORD, done, goldensix, refusal, talk
from goldensix.adapters.postgres.embedded import run_sql
from goldensix.adapters.postgres.schema import revisions, sql_between
from running_desk import free_port


@pytest.fixture
def shop(database: str) -> str:
    """The database of a business that was set up."""
    done("init", *INIT, dsn=database, GOLDENSIX_ADMIN_PASSWORD=PASSWORD)
    return database


def test_a_busy_number_and_a_number_that_is_no_port_are_told_apart() -> None:
    assert "a port is a number up to 65535" in refusal("serve", "--port", "70000")
    assert "GOLDENSIX_PORT must be a whole number, not 'eight'" in refusal("serve", GOLDENSIX_PORT="eight")
    assert refusal("serve", "--host", "no.such.host.invalid").startswith("Cannot listen on no.such.host.invalid:8606")


def test_a_data_folder_that_is_no_folder_is_named(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a folder")
    told = refusal("serve", "--port", str(free_port()), "--data", str(file))
    assert told.startswith(f"The data folder {file} cannot be used")
    assert file.read_text() == "not a folder"


def test_an_event_of_a_newer_version_is_named_at_the_start(shop: str) -> None:
    talk(shop)
    run_sql(shop, "update events set version = 7 where position = 2")
    told = refusal("serve", "--port", str(free_port()), dsn=shop)
    assert "an event message_sent of version 7" in told
    assert told == refusal("rebuild", dsn=shop)


def test_a_desk_does_not_migrate_a_users_database_unasked(empty_database: str) -> None:
    database = empty_database
    run_sql(database, sql_between(None, revisions()[-2]))
    told = refusal("serve", "--port", str(free_port()), dsn=database)
    assert "back it up, then run `goldensix migrate`" in told
    done("migrate", dsn=database)
    assert "no merchant" in refusal("tail", dsn=database)


def test_a_business_is_set_up_once(shop: str) -> None:
    assert run_sql(shop, "select role from accounts") == "administrator"
    assert run_sql(shop, "select count(*) from groups") == "4"
    assert "Somebody logs in with 13800138000 already" in refusal(
        "init", *INIT, dsn=shop, GOLDENSIX_ADMIN_PASSWORD=PASSWORD
    )
    assert run_sql(shop, "select count(*) from merchants") == "1"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("--login", "nobody"), "neither a phone number nor an e-mail address"),
        (("--zone", "Mars/Olympus"), "is not a time zone"),
    ],
    ids=["login", "zone"],
)
def test_nothing_is_set_up_if_anything_is_wrong(empty_database: str, change: tuple[str, str], words: str) -> None:
    database = empty_database
    assert words in refusal("init", *INIT, *change, dsn=database, GOLDENSIX_ADMIN_PASSWORD=PASSWORD)
    assert "password" in refusal("init", *INIT, dsn=database, GOLDENSIX_ADMIN_PASSWORD="short")
    assert run_sql(database, "select to_regclass('merchants')") == ""


def test_folds_are_rebuilt_and_words_erased(shop: str) -> None:
    talk(shop)
    assert "folded 3 events; 1 conversations open; 1 rows mended" in done("rebuild", dsn=shop)
    assert "0 rows mended" in done("rebuild", dsn=shop)
    assert "Forgot the words of 2 events in 1 conversations" in done("erase", "c1", dsn=shop)
    assert run_sql(shop, "select count(*) from bodies where body is not null") == "0"
    assert "folded 3 events; 1 conversations open; 0 rows mended" in done("rebuild", dsn=shop)


def test_hours_to_come_without_anybody_are_named_with_what_would_mend_them(shop: str) -> None:
    told = done("check-hours", dsn=shop)
    assert "the next 7 days, somebody could be there whenever it is open." in told
    run_sql(
        shop,
        "insert into shifts (merchant_id, account_id, starts_at, ends_at)"
        " select merchant_id, id, now(), now() + interval '2 days' from accounts",
    )
    ended = goldensix("check-hours", "--days", "3", dsn=shop)
    assert ended.returncode == 1
    assert re.search(r"售前 of .* can route to nobody: .* Let .* stay until then\.", ended.stdout)


def test_slots_are_proved_from_the_log_and_a_drifted_one_is_named(shop: str) -> None:
    talk(shop)
    done("rebuild", dsn=shop)
    assert "3 events; 0 slots in use, 1 waiting; none drifted" in done("audit", "slots", dsn=shop)
    run_sql(shop, "update receptions set agent_id = 7")
    ended = goldensix("audit", "slots", dsn=shop)
    assert ended.returncode == 1
    assert "1 drifted" in ended.stdout
    assert "c1 in receptions: with account 7, but by the log with nobody." in ended.stdout


def test_a_caliber_is_told_in_either_language_and_one_that_does_not_exist_is_not() -> None:
    assert "golden_six_human" in done("calibers")
    assert "figure: share answered within 6 s" in done("calibers", "golden_six_human")
    assert "数值: 6 秒内回复的占比" in done("calibers", "golden_six_human", "--language", "zh")
    assert json.loads(done("calibers", "golden_six_human", "--json"))[0]["threshold"] == 6
    assert "did you mean golden_six_human" in refusal("calibers", "golden_six_humans")


def test_with_several_merchants_one_has_to_be_named(shop: str) -> None:
    done("init", *INIT[:-1], "liu@example.com", dsn=shop, GOLDENSIX_ADMIN_PASSWORD=PASSWORD)
    assert re.search(r"--merchant: 1 \(山里人家\), 2 \(山里人家\)", refusal("erase", "c1", dsn=shop))
    assert "Forgot the words of 0 events" in done("erase", "c1", "--merchant", "2", dsn=shop)
    assert "--merchant" in refusal("erase", "c1", "--merchant", "9", dsn=shop)


def test_the_log_is_shown_without_words_unless_asked_for_and_nothing_said_acts_on_the_terminal(shop: str) -> None:
    talk(shop)
    plain, worded = (tail(shop, *more) for more in ((), ("--words",)))
    assert [line.split()[3] for line in plain] == ["conversation_started", "message_sent", "messages_read"]
    assert "电话" not in "".join(plain)
    assert r"'\x1b[2J 我的电话'" in worded[1]


def tail(dsn: str, *more: str) -> list[str]:
    """The first three lines of what follows the log for ever."""
    command = [sys.executable, "-m", "goldensix", "tail", "--after", "0", *more]
    environment = {**os.environ, "DATABASE_URL": dsn, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as following:
        assert following.stdout is not None
        lines = [following.stdout.readline() for _ in range(3)]
        following.terminate()
    return lines
