"""A desk reduced to its PostgreSQL, for tests that end it in every way: `python desk_process.py FOLDER`."""

import sys
import time
from pathlib import Path

from goldensix.adapters.postgres.embedded import (
    DataFolderInUse,
    EmbeddedPostgres,
    PostgresDidNotStart,
    run_sql,
)


def main() -> None:
    try:
        with EmbeddedPostgres(Path(sys.argv[1])) as postgres:
            _work(postgres.dsn)
    except (DataFolderInUse, PostgresDidNotStart) as refusal:
        sys.exit(str(refusal))


def _work(dsn: str) -> None:
    try:
        print(dsn, flush=True)
        time.sleep(600)
    except KeyboardInterrupt:
        print("after Ctrl-C the answer is", run_sql(dsn, "select 6 * 7"), flush=True)


if __name__ == "__main__":
    main()
