"""What `./run` decides before anything of ours is installed: what is missing, whom to ask, what to say."""

import base64
import hashlib
import http.server
import os
import re
import subprocess
import threading
import tomllib
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path

import environment
import faces
import pip_wheel
import progress
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


# -- pip's own wheel


@pytest.fixture
def bare_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person without any settings of pip, on a machine without any."""
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "xdg"))
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    return tmp_path


@pytest.fixture
def wheel(monkeypatch: pytest.MonkeyPatch) -> bytes:
    content = b"a wheel"
    monkeypatch.setattr(pip_wheel, "SHA256", hashlib.sha256(content).hexdigest())
    return content


def settings_file(home: Path, folder: str, text: str) -> None:
    (home / folder).mkdir(parents=True, exist_ok=True)
    (home / folder / "pip.conf").write_text(text)


def test_pips_settings_are_read_as_pip_reads_them(bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings_file(bare_home, "xdg/pip", "[global]\nindex-url = https://machine/simple\ntimeout = 60\n")
    settings_file(
        bare_home, ".config/pip", "[global]\nindex_url = https://person/simple\n[install]\nproxy = http://p\n"
    )
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://one/simple https://two/simple")
    settings = pip_wheel._pip_settings()
    assert {"timeout": "60", "proxy": "http://p"}.items() <= settings.items()
    assert list(pip_wheel._pages(settings))[-3:] == [
        "https://person/simple/pip/",
        "https://one/simple/pip/",
        "https://two/simple/pip/",
    ]


def test_without_settings_the_public_index_is_asked(bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    assert list(pip_wheel._pages(pip_wheel._pip_settings())) == ["https://pypi.org/simple/pip/"]


def test_an_index_may_be_a_folder(bare_home: Path, wheel: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    index = bare_home / "an index"
    (index / "simple" / "pip").mkdir(parents=True)
    (index / "files").mkdir()
    (index / "files" / pip_wheel.NAME).write_bytes(wheel)
    (index / "simple" / "pip" / "index.html").write_text(f'<a href="../../files/{pip_wheel.NAME}#sha256=0">pip</a>')
    monkeypatch.setenv("PIP_INDEX_URL", (index / "simple").as_uri())
    assert pip_wheel.fetched(bare_home).read_bytes() == wheel


class Index(http.server.BaseHTTPRequestHandler):
    """An index that wants a password, and sends the file from another host."""

    asked: list[tuple[str, str | None]]
    wheel: bytes

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Authorization"]))
        if self.path.startswith("/files"):
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.server.server_address[1]}/elsewhere")
            self.end_headers()
            return
        page = f'<a href="/files/{pip_wheel.NAME}#sha256=0">{pip_wheel.NAME}</a>'.encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.wheel if self.path == "/elsewhere" else page)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def index(bare_home: Path, wheel: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Index]]:
    Index.asked, Index.wheel = [], wheel
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("PIP_INDEX_URL", f"http://shop:s%40cret@127.0.0.1:{server.server_port}/simple")
        yield Index
        server.shutdown()


def test_an_index_gets_its_password_and_no_other_host_does(index: type[Index], tmp_path: Path) -> None:
    assert pip_wheel.fetched(tmp_path).read_bytes() == index.wheel
    password = f"Basic {base64.b64encode(b'shop:s@cret').decode()}"
    assert index.asked[0] == ("/simple/pip/", password)
    assert index.asked[-1] == ("/elsewhere", None)


def test_what_was_fetched_is_not_fetched_again(index: type[Index], tmp_path: Path) -> None:
    pip_wheel.fetched(tmp_path)
    index.asked.clear()
    pip_wheel.fetched(tmp_path)
    assert not index.asked


def test_a_file_that_is_not_the_promised_one_is_refused_without_telling_the_password(
    index: type[Index], tmp_path: Path
) -> None:
    index.wheel = b"something else"
    with pytest.raises(progress.StepFailed, match="not the one its hash promises") as refusal:
        pip_wheel.fetched(tmp_path)
    assert "cret" not in str(refusal.value)
    assert not (tmp_path / pip_wheel.NAME).exists()


# -- the web faces


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "web" / "node_modules").mkdir(parents=True)
    (tmp_path / "web" / "package.json").write_text("{}")
    (tmp_path / "web" / "package-lock.json").write_text("{}")
    (tmp_path / "node" / "bin").mkdir(parents=True)
    (tmp_path / "node" / "bin" / "npm").write_text("")
    return tmp_path


def build(project: Path, run: Callable[..., None] | None = None) -> list[str]:
    """Builds, and answers what npm was asked for."""
    asked: list[str] = []

    def note(command: Sequence[str | Path], _: Path, __: Mapping[str, str]) -> None:
        asked.append(str(command[2]))

    faces.build(project, project / "node", run or note)
    return asked


def test_faces_are_built_again_only_when_their_sources_changed(project: Path) -> None:
    assert not faces.are_current(project)
    assert build(project) == ["ci", "run"]
    assert faces.are_current(project)
    (project / "web" / "node_modules" / "vue.js").write_text("not a source")
    assert faces.are_current(project)
    (project / "web" / "main.ts").write_text("a source")
    assert not faces.are_current(project)
    assert build(project) == ["run"], "the packages had not changed"


def test_a_build_that_failed_counts_for_nothing(project: Path) -> None:
    build(project)
    (project / "web" / "main.ts").write_text("a mistake")

    def fail(*_: object) -> None:
        raise progress.StepFailed("no")

    with pytest.raises(progress.StepFailed):
        build(project, fail)
    (project / "web" / "main.ts").unlink()
    assert not faces.are_current(project)


def test_where_there_are_no_sources_there_is_nothing_to_build(tmp_path: Path) -> None:
    assert faces.are_current(tmp_path)


def test_npm_gets_the_wheels_node_and_all_packages(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_ENV", "production")
    variables = faces.environment(project / "node")
    assert "NODE_ENV" not in variables
    assert variables["PATH"].startswith(f"{project / 'node' / 'bin'}:")


# -- what is missing


@pytest.fixture
def clone(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone in which everything has been set up."""
    (project / "pyproject.toml").write_text("")
    (project / "constraints.txt").write_text("")
    place_in(project, monkeypatch)
    venv.EnvBuilder(with_pip=False, symlinks=True).create(project / ".venv")
    remember_everything()
    build(project)
    return project


def place_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "ROOT", folder)
    monkeypatch.setattr(environment, "WORK", folder / ".run")
    monkeypatch.setattr(environment, "PYTHON", folder / ".venv" / "bin" / "python")
    monkeypatch.setattr(environment, "_STATE", folder / ".venv" / ".set-up.json")
    monkeypatch.setattr(environment, "_CONSTRAINTS", folder / "constraints.txt")


def remember_everything() -> None:
    wanted = environment._wanted()
    environment._remember(place=environment._place(), packages=wanted, development=False, project=wanted)


def missing(development: bool = False) -> list[str]:
    return [step.title.split()[0] for step in environment._missing(development)]


def test_nothing_is_missing_after_a_set_up(clone: Path) -> None:
    assert missing() == []


def test_tests_need_more_packages_than_the_desk(clone: Path) -> None:
    assert missing(development=True) == ["Installing", "Installing"]


def test_other_versions_are_installed_into_what_is_there(clone: Path) -> None:
    (clone / "constraints.txt").write_text("rich==15.0.0")
    assert missing() == ["Installing", "Installing"]


def test_changed_pages_are_built_and_nothing_else(clone: Path) -> None:
    (clone / "web" / "main.ts").write_text("new")
    assert missing() == ["Building"]


def test_a_set_up_that_was_killed_begins_again(clone: Path) -> None:
    environment._remember(place=environment._place(), unfinished=True)
    assert missing() == ["Making", "Installing", "Installing"]


def test_a_clone_that_was_moved_is_set_up_again(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place_in(clone.rename(clone.with_name("moved")), monkeypatch)
    assert missing() == ["Making", "Installing", "Installing"]


def test_a_python_that_went_away_is_replaced(clone: Path) -> None:
    environment.PYTHON.unlink()
    assert missing() == ["Making", "Installing", "Installing"]


def test_two_set_ups_take_turns(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits, entered = threading.Event(), threading.Event()
    monkeypatch.setattr(environment, "print", lambda *_, **__: waits.set(), raising=False)

    def second() -> None:
        with environment._alone():
            entered.set()

    with environment._alone():
        other = threading.Thread(target=second)
        other.start()
        assert waits.wait(10)
        assert not entered.is_set()
    other.join(10)
    assert entered.is_set()


# -- what is said


def test_a_step_that_fails_shows_what_its_program_said_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "set-up.log"
    steps = [progress.Step("Breaking", lambda output: output.run(["sh", "-c", "echo '六秒' && exit 3"]))]
    with pytest.raises(progress.StepFailed) as failure:
        progress.carry_out(steps, log)
    assert str(failure.value) == f"    六秒\nBreaking failed: sh ended with status 3. All of its output is in {log}."
    assert re.match(r"\[1/1\] Breaking  failed after [\d.]+ s\n", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("version", "sentence"),
    [("Python 3.9.2", "this machine has Python 3.9.2."), (None, "this machine has no Python.")],
)
def test_too_old_a_python_is_told_in_a_sentence(tmp_path: Path, version: str | None, sentence: str) -> None:
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    if version:
        (tmp_path / "python3").write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo {version} && exit\nexit 1\n')
        (tmp_path / "python3").chmod(0o755)
    refused = subprocess.run(
        ["/bin/sh", ROOT / "run"], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    assert refused.stderr == f"Golden Six needs Python 3.11 or newer; {sentence}\n"


def test_every_package_that_is_needed_is_pinned() -> None:
    """If this fails after a new dependency: ./run pin."""
    lines = (ROOT / "constraints.txt").read_text().split()
    pinned = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}
    needed = {name: metadata.version(name) for name in needed_packages()}
    assert {name: version for name, version in needed.items() if pinned.get(name) != version} == {}


def needed_packages() -> set[str]:
    """What the project asks for, and what that asks for in turn, on this system."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = wanted(project["dependencies"] + project["optional-dependencies"]["dev"], set())
    needed: set[str] = set()
    while asked:
        requirement = asked.pop()
        name = canonicalize_name(requirement.name)
        if name not in needed:
            needed.add(name)
            asked += wanted(metadata.requires(name) or [], requirement.extras)
    return needed


def wanted(texts: list[str], extras: set[str]) -> list[Requirement]:
    requirements = [Requirement(text) for text in texts]
    chosen = [{"extra": extra} for extra in extras | {""}]
    return [one for one in requirements if one.marker is None or any(map(one.marker.evaluate, chosen))]
