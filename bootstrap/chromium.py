"""A Chromium for the browser tests: one that is here, or one that can be had without asking anybody."""

import os
import shutil
import subprocess
from pathlib import Path

from progress import Output

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge")
_MAC = ("Google Chrome", "Chromium", "Microsoft Edge")
_CJK_FONTS = Path("/usr/share/fonts/opentype/noto")
_ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
)


def found(python: Path) -> Path | None:
    """The first Chromium that runs: on PATH, among the Mac's applications, or Playwright's own."""
    on_path = [Path(path) for name in _NAMES if (path := shutil.which(name))]
    on_mac = [Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in _MAC]
    for candidate in (*on_path, *on_mac):
        if _runs(candidate):
            return candidate
    playwrights = _playwrights(python)
    return playwrights if playwrights and _runs(playwrights) else None


def fonts_are_missing() -> bool:
    return _apt_is_ours() and not any(_CJK_FONTS.glob("NotoSansCJK*"))


def install(output: Output, python: Path) -> None:
    if _apt_is_ours() and _system() == "debian":
        _apt(output, "chromium")
    else:
        output.run([python, "-m", "playwright", "install", "chromium"])
        if _apt_is_ours() and found(python) is None:
            # It is there but does not run: the system's own libraries are missing.
            output.run([python, "-m", "playwright", "install-deps", "chromium"])


def install_fonts(output: Output) -> None:
    _apt(output, "fonts-noto-cjk")


def _runs(program: Path) -> bool:
    if not program.exists() or "snap" in program.resolve().parts or _is_snap_stub(program):
        return False
    try:
        asked = subprocess.run([program, "--version"], capture_output=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _is_snap_stub(program: Path) -> bool:
    """Ubuntu's package is a script that starts a snap, and a snap sees neither our folders nor our ports."""
    with program.open("rb") as start:
        return b"/snap" in start.read(4096)


def _playwrights(python: Path) -> Path | None:
    asked = subprocess.run([python, "-c", _ASK_PLAYWRIGHT], capture_output=True, check=False, text=True)
    return Path(asked.stdout.strip()) if asked.returncode == 0 else None


def _apt_is_ours() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _system() -> str:
    try:
        lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition("=")[2].strip('"') for line in lines if line.startswith("ID=")), "")


def _apt(output: Output, *packages: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    output.run(["apt-get", "update", "-q"], environment=environment)
    output.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages], environment=environment)
