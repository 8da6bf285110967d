"""How a process that imports uses memory."""

import os


def keep_memory() -> None:
    """Before Polars is first imported: its allocator keeps for some seconds what it was given, not for half of one.

    An import lets go of its memory with every batch and needs as much for the next; to be given it anew each time costs
    a tenth of the whole work.
    """
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:3000")
