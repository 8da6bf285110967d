import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from goldensix.adapters.senders.console import Console
from goldensix.adapters.senders.port import CodeSender, NotSent
from goldensix.adapters.senders.smtp import Smtp, SmtpServer

ANA = "ana@tea.example"


class Mailbox:
    """What a mail server does with what it gets."""

    def __init__(self, refuses: str = "") -> None:
        self.letters: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.encrypted: list[bool] = []
        self.refuses = refuses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        if address == self.refuses:
            return f"550 no mailbox {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.receivers += envelope.rcpt_tos
        self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> str:
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    return str(file)


def certified(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@contextmanager
def mail_server(mailbox: Mailbox, **options: Any) -> Iterator[SmtpServer]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield SmtpServer(host="127.0.0.1", port=port, sender="desk@tea.example", security="none")
    finally:
        controller.stop()


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [("zh", "登录验证码", "您的登录验证码是 040506"), ("en", "Your log-in code", "Your log-in code is 040506.")],
)
async def test_the_code_arrives_in_the_readers_language(language: Any, subject: str, words: str) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as server:
        await Smtp(server).send(ANA, "040506", language)
    [letter] = mailbox.letters
    assert (letter["to"], letter["from"], letter["subject"]) == (ANA, "desk@tea.example", subject)
    assert words in letter.get_content()
    assert mailbox.receivers == [ANA]


async def test_with_starttls_and_a_user_nothing_travels_in_clear(authority: trustme.CA, trusted: str) -> None:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given == LoginPassword(b"desk", b"a secret"), handled=False)

    mailbox = Mailbox()
    with mail_server(
        mailbox, tls_context=certified(authority), require_starttls=True, authenticator=check, auth_required=True
    ) as plain:
        server = replace(plain, security="starttls", authorities=trusted, user="desk", password="a secret")
        await Smtp(server).send(ANA, "040506", "en")
        assert mailbox.encrypted == [True]
        with pytest.raises(NotSent, match=r"it refused the user or the password\.$"):
            await Smtp(replace(server, password="a guess")).send(ANA, "040506", "en")
    assert len(mailbox.letters) == 1


async def test_tls_from_the_first_byte(authority: trustme.CA, trusted: str) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, ssl_context=certified(authority)) as plain:
        await Smtp(replace(plain, security="tls", authorities=trusted)).send(ANA, "040506", "en")
    assert mailbox.encrypted == [True]


async def test_a_stranger_with_another_certificate_gets_no_code(authority: trustme.CA) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, tls_context=certified(authority)) as server, pytest.raises(NotSent, match="not trusted"):
        await Smtp(replace(server, security="starttls")).send(ANA, "040506", "en")
    assert mailbox.letters == []


async def test_a_server_without_starttls_gets_no_code_when_it_was_asked_for() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as plain, pytest.raises(NotSent, match="does not offer STARTTLS"):
        await Smtp(replace(plain, security="starttls")).send(ANA, "040506", "en")
    assert mailbox.letters == []


async def test_a_failure_names_the_server_and_neither_receiver_nor_code() -> None:
    with mail_server(Mailbox(refuses=ANA)) as server, pytest.raises(NotSent) as refused:
        await Smtp(server).send(ANA, "040506", "en")
    with pytest.raises(NotSent) as unreachable:
        await Smtp(server).send(ANA, "040506", "en")
    assert str(refused.value).endswith("it refused the receiver.")
    assert str(unreachable.value).startswith(f"The mail server 127.0.0.1, port {server.port}, did not take")
    for failure in (refused, unreachable):
        assert ANA not in str(failure.value)
        assert "040506" not in str(failure.value)


async def test_the_terminal_shows_the_code_in_the_readers_language(capsys: pytest.CaptureFixture[str]) -> None:
    await Console().send("+8613900000001", "040506", "zh")
    await Console().send(ANA, "040506", "en")
    shown = capsys.readouterr()
    assert shown.err == f"+8613900000001 的登录验证码：040506\nLog-in code for {ANA}: 040506\n"
    assert shown.out == ""


@pytest.mark.parametrize(
    ("sender", "reached"),
    [(Console(), [ANA, "+8613900000001"]), (Smtp(SmtpServer(host="mail.example", sender=ANA)), [ANA])],
)
def test_a_sender_knows_whom_it_reaches(sender: CodeSender, reached: list[str]) -> None:
    assert [to for to in (ANA, "+8613900000001") if sender.reaches(to)] == reached
