"""pip's own wheel, from the index the machine is set up for.

A fresh Debian or Ubuntu has Python without pip, and its venv cannot make one. A wheel is a zip that Python can
run, so fetching this one file is enough. Which index to ask, pip's own settings say.
"""

import base64
import configparser
import hashlib
import html
import netrc
import os
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from progress import StepFailed

NAME = "pip-26.3-py3-none-any.whl"
SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def fetched(folder: Path) -> Path:
    """The wheel in `folder`, fetched unless it is there already."""
    wheel = folder / NAME
    if not (wheel.exists() and _is_sound(wheel.read_bytes())):
        partial = wheel.with_suffix(".partial")
        partial.write_bytes(_first_sound_copy(_pip_settings()))
        partial.rename(wheel)
    return wheel


def _is_sound(content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == SHA256


def _first_sound_copy(settings: dict[str, str]) -> bytes:
    reasons = []
    for page in _pages(settings):
        try:
            content = _copy_named_by(page, settings)
        except (OSError, ValueError) as error:
            reasons.append(f"{_without_secrets(page)}: {error}")
            continue
        if _is_sound(content):
            return content
        reasons.append(f"{_without_secrets(page)}: the file is not the one its hash promises")
    raise StepFailed(
        f"{NAME} could not be fetched ({'; '.join(reasons) or 'no index is set'}); "
        "if this machine reaches another package index, name it in PIP_INDEX_URL"
    )


def _pages(settings: dict[str, str]) -> Iterator[str]:
    """Folders and pages that may name the wheel, in pip's order."""
    yield from settings.get("find-links", "").split()
    if settings.get("no-index", "").lower() not in ("1", "true", "yes", "on"):
        indexes = [settings.get("index-url", "https://pypi.org/simple")]
        for index in indexes + settings.get("extra-index-url", "").split():
            yield f"{index.rstrip('/')}/pip/"


def _copy_named_by(page: str, settings: dict[str, str]) -> bytes:
    if (folder := _local_path(page)) is not None:
        if (folder / NAME).exists():
            return (folder / NAME).read_bytes()
        page, folder = folder.absolute().as_uri() + "/", folder / "index.html"
        listing = folder.read_text(encoding="utf-8")
    else:
        listing = _read(page, settings).decode()
    for reference in re.findall(r"""href=["']?([^"'>\s]+)""", listing):
        address = urljoin(page, html.unescape(reference)).partition("#")[0]
        if unquote(address).endswith(f"/{NAME}"):
            path = _local_path(address)
            return path.read_bytes() if path else _read(address, settings)
    raise ValueError("the index does not have it")


def _local_path(address: str) -> Path | None:
    parts = urlsplit(address)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return None if parts.scheme else Path(address).expanduser()


def _read(address: str, settings: dict[str, str]) -> bytes:
    parts = urlsplit(address)
    request = urllib.request.Request(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
    request.add_header("Accept", "text/html")
    if credentials := _credentials(address):
        # Not to be repeated to the host of a redirect.
        request.add_unredirected_header("Authorization", f"Basic {base64.b64encode(credentials).decode()}")
    handlers: list[urllib.request.BaseHandler] = [
        urllib.request.HTTPSHandler(context=_trust(settings, parts.hostname or "", bool(credentials)))
    ]
    if proxy := settings.get("proxy"):
        handlers.append(urllib.request.ProxyHandler({"http": proxy, "https": proxy}))
    timeout = float(settings.get("default-timeout") or settings.get("timeout") or 30)
    with urllib.request.build_opener(*handlers).open(request, timeout=timeout) as answer:
        return bytes(answer.read())


def _trust(settings: dict[str, str], host: str, secret: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.get("cert"))
    bare = not context.cert_store_stats()["x509_ca"] and not _certificate_folder_is_filled()
    if host in settings.get("trusted-host", "").split() or (bare and not secret):
        # A bare system trusts nobody yet. What is fetched here is public, and is checked by its hash.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _certificate_folder_is_filled() -> bool:
    folder = ssl.get_default_verify_paths().capath
    return folder is not None and any(Path(folder).iterdir())


def _credentials(address: str) -> bytes | None:
    parts = urlsplit(address)
    if parts.username:
        return f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    try:
        known = netrc.netrc().authenticators(parts.hostname or "")
    except (OSError, netrc.NetrcParseError):
        return None
    return f"{known[0]}:{known[2]}".encode() if known else None


def _without_secrets(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def _pip_settings() -> dict[str, str]:
    """As pip reads them: files, then the environment; what is said of `install` over what is said of all."""
    general: dict[str, str] = {}
    install: dict[str, str] = {}
    for path in _pip_files():
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section, settings in (("global", general), ("install", install)):
            if parser.has_section(section):
                settings.update({name.replace("_", "-"): value for name, value in parser.items(section)})
    variables = {
        name[4:].lower().replace("_", "-"): value
        for name, value in os.environ.items()
        if name.startswith("PIP_") and value
    }
    return general | install | variables


def _pip_files() -> list[Path]:
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    system = [Path(folder) / "pip" for folder in os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")]
    system += [Path("/Library/Application Support/pip"), Path("/etc")]
    home = Path(os.path.expanduser("~"))  # Path.home() fails for a user without a name
    user = [home / ".pip", home / "Library/Application Support/pip"]
    user += [Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip"]
    files = [folder / "pip.conf" for folder in system + user]
    return files + ([Path(named)] if named else [])
