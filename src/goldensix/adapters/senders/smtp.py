"""Codes by e-mail, through the merchant's own mail server."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final, Literal

from goldensix.adapters.outward import sending
from goldensix.adapters.senders.port import NotSent
from goldensix.events.facts import Language

Security = Literal["starttls", "tls", "none"]

_SECONDS: Final = 15
_SUBJECT: Final[dict[Language, str]] = {"zh": "登录验证码", "en": "Your log-in code"}
_TEXT: Final[dict[Language, str]] = {
    "zh": "您的登录验证码是 {code}，5 分钟内有效。\n\n"
    "如果不是您本人在登录，请忽略这封邮件，并且不要把验证码告诉任何人。\n",
    "en": "Your log-in code is {code}. It is good for 5 minutes.\n\n"
    "If it is not you who is logging in, ignore this message, and tell nobody the code.\n",
}


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    host: str
    port: int = 587
    security: Security = "starttls"
    """How the way there is encrypted; with `starttls` a server that does not offer it gets nothing."""
    user: str = ""
    """Empty: no log-in."""
    password: str = ""
    sender: str
    authorities: str | None = None
    """A file of certificates to trust instead of the system's."""


class Smtp:
    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def reaches(self, to: str) -> bool:
        return "@" in to

    async def send(self, to: str, code: str, language: Language) -> None:
        try:
            await sending(self._deliver, self._letter(to, code, language))
        except (smtplib.SMTPException, OSError) as failure:
            server = self._server
            raise NotSent(
                f"The mail server {server.host}, port {server.port}, did not take the log-in code: {_reason(failure)}."
            ) from None

    def _letter(self, to: str, code: str, language: Language) -> EmailMessage:
        letter = EmailMessage()
        letter["From"], letter["To"] = self._server.sender, to
        letter["Subject"] = _SUBJECT[language]
        letter["Date"] = formatdate()
        letter["Message-ID"] = make_msgid(domain=self._server.sender.rpartition("@")[2])
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(_TEXT[language].format(code=code))
        return letter

    def _deliver(self, letter: EmailMessage) -> None:
        with self._connect() as connection:
            if self._server.security == "starttls":
                connection.starttls(context=self._trust())
            if self._server.user:
                connection.login(self._server.user, self._server.password)
            connection.send_message(letter)

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=self._trust())
        return smtplib.SMTP(server.host, server.port, timeout=_SECONDS)

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.authorities)


def _reason(failure: Exception) -> str:
    """Without the receiver's address, which smtplib puts into some of its messages."""
    match failure:
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({failure.verify_message})"
        case smtplib.SMTPAuthenticationError():
            return "it refused the user or the password"
        case smtplib.SMTPNotSupportedError():
            return "it does not offer STARTTLS or log-in; see GOLDENSIX_SMTP_TLS"
        case smtplib.SMTPResponseException():
            return f"it answered {failure.smtp_code}"
        case smtplib.SMTPRecipientsRefused():
            return "it refused the receiver"
        case OSError() if not isinstance(failure, smtplib.SMTPException):
            return failure.strerror or "no connection"
    return "the connection was lost"
