"""Every setting: name, default, one line of meaning. Read from the environment; the command line overrides."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self


def setting(variable: str, default: Any, meaning: str, *, secret: bool = False) -> Any:
    """A field read from an environment variable."""
    return field(default=default, metadata={"variable": variable, "meaning": meaning, "secret": secret})


@dataclass(frozen=True, kw_only=True)
class Settings:
    data: Path = setting(
        "GOLDENSIX_DATA", Path("data"), "Folder of the embedded PostgreSQL, of pictures and of the archive"
    )
    database_url: str = setting(
        "DATABASE_URL", "", "Your own PostgreSQL (15 or newer) instead of the embedded one", secret=True
    )
    host: str = setting("GOLDENSIX_HOST", "127.0.0.1", "Address to listen on; 0.0.0.0 for all")
    port: int = setting("GOLDENSIX_PORT", 8606, "Port to listen on")
    public_url: str = setting("GOLDENSIX_PUBLIC_URL", "", "Where people reach the desk if a proxy stands before it")
    workers: int = setting("GOLDENSIX_WORKERS", 1, "Processes that serve; more than one talk over NATS")
    nats_url: str = setting(
        "NATS_URL", "", "Your own NATS instead of the embedded one; needed for workers on several machines", secret=True
    )
    buyer_rate: int = setting(
        "GOLDENSIX_BUYER_RATE", 20, "Commands a second read from one buyer's window, in the long run; 0: no limit"
    )
    import_most_mb: int = setting(
        "GOLDENSIX_IMPORT_MOST_MB", 2048, "Largest file that the import page takes, in megabytes"
    )
    most_rejected: int = setting(
        "GOLDENSIX_MOST_REJECTED", 5, "Per cent of an import's rows that may be unreadable before it stops"
    )
    private_senders: int = setting(
        "GOLDENSIX_PRIVATE_SENDERS", 0, "1: alerts may be sent to addresses in private networks; 0: only to public ones"
    )
    metrics_token: str = setting(
        "GOLDENSIX_METRICS_TOKEN", "", "Whoever brings it may read /metrics; empty: only this machine may", secret=True
    )
    smtp_host: str = setting("GOLDENSIX_SMTP_HOST", "", "Mail server for one-time codes; empty: shown in the terminal")
    smtp_port: int = setting("GOLDENSIX_SMTP_PORT", 587, "Its port")
    smtp_user: str = setting("GOLDENSIX_SMTP_USER", "", "Its user")
    smtp_password: str = setting("GOLDENSIX_SMTP_PASSWORD", "", "Its password", secret=True)
    smtp_sender: str = setting("GOLDENSIX_SMTP_SENDER", "", "Address that one-time codes come from")
    smtp_tls: Literal["starttls", "tls", "none"] = setting("GOLDENSIX_SMTP_TLS", "starttls", "starttls, tls or none")

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ, **given: Any) -> Self:
        """From the environment, with what the command line gave on top.

        Raises BadSetting, which names the variable.
        """
        values = {name: value for name, value in given.items() if value is not None}
        for each in fields(cls):
            text = environment.get(each.metadata["variable"], "")
            if text and each.name not in values:
                values[each.name] = _convert(each.metadata["variable"], text, type(each.default))
        return cls(**values)


class BadSetting(Exception):
    """A setting cannot be read; the message names it."""


def _convert(variable: str, text: str, kind: type) -> Any:
    if kind is not int:
        return Path(text) if issubclass(kind, Path) else text
    try:
        return int(text)
    except ValueError:
        raise BadSetting(f"{variable} must be a whole number, not {text!r}.") from None
