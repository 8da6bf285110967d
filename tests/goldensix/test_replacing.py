"""Who has workers on this machine, as `goldensix restart-workers` finds it."""

import json
import os
from pathlib import Path

import pytest

from goldensix.replacing import WorkersNotReplaced, restart_workers, serving_here, told_on_disk


def test_who_has_workers_is_known_while_it_lives(tmp_path: Path) -> None:
    with told_on_disk(tmp_path, 8606) as tell:
        assert serving_here(tmp_path) == []
        tell(["one", "two"])
        (found,) = serving_here(tmp_path)
        assert (found.process, found.workers) == (os.getpid(), {"one", "two"})
    assert serving_here(tmp_path) == []


def test_another_process_that_got_the_number_is_not_taken_for_it(tmp_path: Path) -> None:
    with told_on_disk(tmp_path, 8606) as tell:
        tell(["one"])
        (found,) = serving_here(tmp_path)
        found.file.write_text(json.dumps({"process": os.getpid(), "began": 1.0, "workers": ["one"]}))
        with pytest.raises(WorkersNotReplaced, match="No workers serve from"):
            restart_workers(tmp_path)
