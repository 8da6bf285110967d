"""Loaded by Python itself where PYTHONPATH names this folder: the wall clock as another machine's might go.

The first eight bytes of the file that MOVED_CLOCK names say by how many nanoseconds it is wrong.
"""

import mmap
import os
import time

with open(os.environ["MOVED_CLOCK"], "r+b") as file:
    _wrong_by = memoryview(mmap.mmap(file.fileno(), 8)).cast("q")
_true_ns = time.time_ns
time.time_ns = lambda: _true_ns() + _wrong_by[0]
time.time = lambda: time.time_ns() / 1e9
