"""The recorded dialogues that a bundled rehearsal plays."""

from pathlib import Path
from typing import Final

DIALOGUES: Final = Path(__file__).with_name("dialogues.jsonl")
"""One a line: {"id", "user", "sku", "turns": [{"role": "customer" | "agent", "text"}]}."""
