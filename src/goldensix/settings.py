"""Every setting: name, default, one line of meaning. Read from the environment; the command line overrides."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
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
        "GOLDENSIX_BUYER_RATE", 20, "Commands a second read from one buyer's window; 0: no socket is limited at all"
    )
    s3_bucket: str = setting("GOLDENSIX_S3_BUCKET", "", "Bucket for pictures; empty: the data folder")
    s3_endpoint: str = setting("GOLDENSIX_S3_ENDPOINT", "", "Address of an S3-compatible store; empty: Amazon's own")
    s3_region: str = setting("GOLDENSIX_S3_REGION", "us-east-1", "Its region")
    s3_key: str = setting("GOLDENSIX_S3_KEY", "", "Access key", secret=True)
    s3_secret: str = setting("GOLDENSIX_S3_SECRET", "", "Secret of the access key", secret=True)
    message_rate: int = setting(
        "GOLDENSIX_MESSAGE_RATE", 120, "Messages a minute from one visitor, in the long run; 0: no limit"
    )
    start_rate: int = setting(
        "GOLDENSIX_START_RATE", 30, "Conversations an hour that one visitor begins, in the long run; 0: no limit"
    )
    address_rate: int = setting(
        "GOLDENSIX_ADDRESS_RATE", 200, "Messages a second from one address, in the long run; 0: no limit"
    )
    newcomer_rate: int = setting(
        "GOLDENSIX_NEWCOMER_RATE", 1200, "New visitors a minute from one address, in the long run; 0: no limit"
    )
    request_rate: int = setting(
        "GOLDENSIX_REQUEST_RATE", 100, "REST requests a second from one address, in the long run; 0: no limit"
    )
    account_rate: int = setting(
        "GOLDENSIX_ACCOUNT_RATE", 50, "Requests, and frames, a second of one account, in the long run; 0: no limit"
    )
    picture_mb: int = setting(
        "GOLDENSIX_PICTURE_MB", 200, "Megabytes of pictures a day from one author; fifty times that from one address"
    )
    trusted_proxies: str = setting(
        "GOLDENSIX_TRUSTED_PROXIES",
        "127.0.0.1,::1",
        "Addresses or networks of the proxies before the desk: only they may say whose request it is",
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
    model_url: str = setting(
        "GOLDENSIX_MODEL_URL",
        "",
        "Where an OpenAI-compatible API answers, such as http://127.0.0.1:11434/v1; empty: no language model is asked",
    )
    model_name: str = setting(
        "GOLDENSIX_MODEL_NAME", "", "Its model that puts approved answers into other words; empty: they go as they are"
    )
    model_embeddings: str = setting(
        "GOLDENSIX_MODEL_EMBEDDINGS",
        "",
        "Its model of embeddings, which orders what a buyer is asked back; empty: none",
    )
    model_key: str = setting("GOLDENSIX_MODEL_KEY", "", "Key of that API", secret=True)
    metrics_token: str = setting(
        "GOLDENSIX_METRICS_TOKEN", "", "Whoever brings it may read /metrics; empty: only this machine may", secret=True
    )
    smtp_host: str = setting("GOLDENSIX_SMTP_HOST", "", "Mail server for one-time codes; empty: shown in the terminal")
    smtp_port: int = setting("GOLDENSIX_SMTP_PORT", 587, "Its port")
    smtp_user: str = setting("GOLDENSIX_SMTP_USER", "", "Its user")
    smtp_password: str = setting("GOLDENSIX_SMTP_PASSWORD", "", "Its password", secret=True)
    smtp_sender: str = setting("GOLDENSIX_SMTP_SENDER", "", "Address that one-time codes come from")
    smtp_tls: Literal["starttls", "tls", "none"] = setting("GOLDENSIX_SMTP_TLS", "starttls", "starttls, tls or none")

    @property
    def address(self) -> str:
        """Where people and their programs reach the desk, without a slash at its end."""
        here = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 (what was asked for, shown as what to open)
        return self.public_url.rstrip("/") or f"http://{here}:{self.port}"

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
        _check_networks(values.get("trusted_proxies", ""))
        return cls(**values)


class BadSetting(Exception):
    """A setting cannot be read; the message names it."""


def _check_networks(text: str) -> None:
    for each in filter(None, text.split(",")):
        try:
            ip_network(each.strip(), strict=False)
        except ValueError:
            raise BadSetting(
                f"GOLDENSIX_TRUSTED_PROXIES names addresses or networks, with commas between, not {each.strip()!r}."
            ) from None


def _convert(variable: str, text: str, kind: type) -> Any:
    if kind is not int:
        return Path(text) if issubclass(kind, Path) else text
    try:
        return int(text)
    except ValueError:
        raise BadSetting(f"{variable} must be a whole number, not {text!r}.") from None
