"""A desk comes back from its backup whole, in another place and in another database, or not at all."""

import asyncio
import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bucket import buckets
from commands import INIT, PASSWORD, done, refusal, talk
from goldensix.adapters.postgres.dump import without_password
from goldensix.adapters.postgres.embedded import fresh_database, run_sql
from goldensix.adapters.postgres.schema import revisions, sql_between
from goldensix.backups import CannotBackUp, back_up, restore


@pytest.fixture
def shop(database: str) -> str:
    done("init", *INIT, dsn=database, GOLDENSIX_ADMIN_PASSWORD=PASSWORD)
    talk(database)
    return database


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a picture, a caliber, and what reports make anew."""
    folder = tmp_path / "data"
    for name, content in {
        "pictures/1/ab/cup.webp": b"a cup",
        "calibers/1.toml": b"# mine",
        "archive/1/lines/day=2026-11-11/import-1.parquet": b"lines",
        "archive/1/turns/1-imported/key/kept.json": b"made again",
        "archive/1/writing.lock": b"",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def log_of(dsn: str) -> str:
    columns = "position, stream, type, version, facts, body_id"
    return run_sql(dsn, f"select {columns} from events order by position") + run_sql(
        dsn, "select * from bodies order by 1, 2"
    )


def test_a_desk_comes_back_in_another_database_and_folder(shop: str, data: Path, tmp_path: Path) -> None:
    saved, back, other = tmp_path / "desk.tar", tmp_path / "back", fresh_database(shop)
    assert "3 events of 1 merchants, 3 files" in done("backup", str(saved), "--data", str(data), dsn=shop)
    assert saved.stat().st_mode & 0o077 == 0
    assert "Restored 3 events and 3 files" in done("restore", str(saved), "--data", str(back), dsn=other)
    assert log_of(other) == log_of(shop)
    assert run_sql(other, "select name from shops") == "茶铺"
    kept = {name: content for name, content in files(data).items() if "turns" not in name and "lock" not in name}
    assert files(back) == kept
    done("rebuild", "--data", str(back), dsn=other)


def test_pictures_of_a_bucket_come_back_in_a_folder_or_in_another_bucket(shop: str, tmp_path: Path) -> None:
    saved, back, name = tmp_path / "desk.tar", tmp_path / "back", "ab" + "0" * 30
    with buckets(tmp_path / "s3", "first", "second") as [first, second]:
        asyncio.run(first.write(name, b"a cup"))
        assert back_up(shop, tmp_path / "none", saved, datetime.fromtimestamp(0, UTC), first).files == 1
        restore(saved, back, fresh_database(shop))
        assert files(back) == {f"pictures/ab/{'0' * 30}": b"a cup"}
        with pytest.raises(CannotBackUp, match="There is a desk in this database already"):
            restore(saved, tmp_path / "taken", shop, second)
        assert asyncio.run(second.read(name)) is None
        restore(saved, tmp_path / "other", fresh_database(shop), second)
        assert (asyncio.run(second.read(name)), files(tmp_path / "other")) == (b"a cup", {})


def test_a_desk_and_its_copy_are_two_and_one_for_a_trial_calls_nobody(shop: str, tmp_path: Path) -> None:
    run_sql(
        shop,
        "insert into senders (merchant_id, name, address, step, language) values (1, 'Duty', 'x://y', 'phone', 'en');"
        "insert into outside_robots (merchant_id, name, url, is_on, secret, rotated_at, token_hash)"
        " values (1, 'M', 'https://x.example', true, 's', now(), 't');",
    )
    saved, calls = (
        tmp_path / "desk.tar",
        "select (select count(*) from senders) + count(*) from outside_robots where is_on",
    )
    back_up(shop, tmp_path / "none", saved, datetime.fromtimestamp(0, UTC))
    names = {run_sql(shop, "select id from installations")}
    for for_trial, others in ((False, "2"), (True, "0")):
        copy = fresh_database(shop)
        restore(saved, tmp_path / str(for_trial), copy, for_trial=for_trial)
        assert run_sql(copy, calls) == others
        names.add(run_sql(copy, "select id from installations"))
    assert len(names) == 3


def test_a_desk_of_its_own_database_comes_back_with_one(tmp_path: Path) -> None:
    first, second, saved = tmp_path / "first", tmp_path / "second", tmp_path / "desk.tar"
    done("init", *INIT, "--data", str(first), GOLDENSIX_ADMIN_PASSWORD=PASSWORD)
    done("backup", str(saved), "--data", str(first))
    done("restore", str(saved), "--data", str(second))
    told = refusal("init", *INIT, "--data", str(second), GOLDENSIX_ADMIN_PASSWORD=PASSWORD)
    assert "Somebody logs in with 13800138000 already" in told


def test_a_backup_of_an_older_schema_is_brought_to_this_one(empty_database: str, tmp_path: Path) -> None:
    database = empty_database
    old, saved, back = fresh_database(database), tmp_path / "old.tar", tmp_path / "back"
    run_sql(old, sql_between(None, revisions()[-2]))
    done("backup", str(saved), "--data", str(tmp_path / "none"), dsn=old)
    done("restore", str(saved), "--data", str(back), dsn=database)
    assert run_sql(database, "select version_num from alembic_version") == revisions()[-1]


def test_nothing_is_written_over(shop: str, data: Path, tmp_path: Path) -> None:
    saved, other = tmp_path / "desk.tar", fresh_database(shop)
    done("backup", str(saved), "--data", str(data), dsn=shop)
    before = saved.read_bytes()
    assert "is there already" in refusal("backup", str(saved), "--data", str(data), dsn=shop)
    assert saved.read_bytes() == before
    assert "is not empty" in refusal("restore", str(saved), "--data", str(data), dsn=other)
    taken = refusal("restore", str(saved), "--data", str(tmp_path / "back"), dsn=shop)
    assert "There is a desk in this database already" in taken
    assert not (tmp_path / "back").exists()


def test_a_restore_that_was_broken_off_by_force_is_no_empty_folder(data: Path, tmp_path: Path) -> None:
    """A desk begun beside it would be empty, and nobody would know why."""
    (tmp_path / "back" / ".restoring").mkdir(parents=True)
    back_up(None, data, tmp_path / "desk.tar", datetime.fromtimestamp(0, UTC))
    told = "was broken off: remove the folder"
    assert told in refusal("restore", str(tmp_path / "desk.tar"), "--data", str(tmp_path / "back"))
    assert told in refusal("serve", "--data", str(tmp_path / "back"))
    assert files(tmp_path / "back") == {}


def test_a_folder_without_a_desk_has_no_backup(tmp_path: Path) -> None:
    assert "There is no desk in" in refusal("backup", str(tmp_path / "desk.tar"), "--data", str(tmp_path / "none"))
    assert not (tmp_path / "desk.tar").exists()


def tar_of(path: Path, *members: tuple[str, bytes], link: str | None = None) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        if link is not None:
            member = tarfile.TarInfo(link)
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(member)
    return path


HOSTILE = {
    "cut short": lambda path, whole: path.write_bytes(whole[: len(whole) // 2]),
    "no tar": lambda path, _: path.write_text("chats"),
    "outside": lambda path, _: tar_of(path, ("files/archive/../../../outside", b"x")),
    "absolute": lambda path, _: tar_of(path, ("/outside", b"x")),
    "a link": lambda path, _: tar_of(path, link="files/archive/link"),
    "another folder": lambda path, _: tar_of(path, ("files/postgres/PG_VERSION", b"18")),
    "no manifest": lambda path, _: tar_of(path, ("files/archive/a", b"x")),
    "a strange manifest": lambda path, _: tar_of(path, ("manifest.json", b'{"format": 1}')),
}


@pytest.mark.parametrize("fault", HOSTILE)
def test_what_is_no_backup_leaves_nothing_behind(fault: str, data: Path, tmp_path: Path) -> None:
    whole, saved, back = tmp_path / "whole.tar", tmp_path / "desk.tar", tmp_path / "back"
    back_up(None, data, whole, datetime.fromtimestamp(0, UTC))
    HOSTILE[fault](saved, whole.read_bytes())
    with pytest.raises(CannotBackUp, match="it is no backup of a desk, or not whole"):
        restore(saved, back, "")
    assert not back.exists()
    assert not (tmp_path / "outside").exists()


def test_others_on_the_machine_do_not_see_a_password() -> None:
    address = "postgresql://shop:p%40ss%2F6@db.example:5433/desk?sslmode=require"
    assert without_password(address) == ("postgresql://shop@db.example:5433/desk?sslmode=require", "p@ss/6")
    assert without_password("postgresql:///desk?host=/run") == ("postgresql:///desk?host=/run", None)
