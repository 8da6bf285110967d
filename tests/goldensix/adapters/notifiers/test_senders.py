import json
import logging

import pytest

from catcher import catching
from goldensix.adapters.notifiers.port import Letter, NotDelivered
from goldensix.adapters.notifiers.senders import Senders

LETTER = Letter("Golden Six", "14 buyers waiting, longest 70 s", "/live", "waiting phone")


async def failure(senders: Senders, address: str) -> str:
    with pytest.raises(NotDelivered) as failed:
        await senders.send(address, LETTER, "")
    return str(failed.value)


async def test_a_message_arrives_with_its_link() -> None:
    with catching() as server:
        await Senders(private_too=True).send(server.sender, LETTER, "https://desk.example/live")
    [caught] = server.caught
    said = json.loads(caught.body)
    assert (said["title"], said["message"]) == (
        "Golden Six",
        "14 buyers waiting, longest 70 s\nhttps://desk.example/live",
    )


async def test_no_host_says_which_other_host_to_call() -> None:
    plugin = await Senders(private_too=True)._plugin("matrixs://somebody:a-word@127.0.0.1/#room")
    assert getattr(plugin, "discovery") is False  # noqa: B009 - of one service


async def test_what_went_wrong_is_told_and_the_address_is_told_to_nobody(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    senders = Senders(private_too=True)
    with catching() as server:
        for status, said in ((404, "answered 404"), (500, "answered 500"), (429, "answered 429")):
            server.status = status
            assert await failure(senders, server.sender) == said
        server.status, server.headers = 302, {"location": f"{server.url}/elsewhere"}
        assert await failure(senders, server.sender) == "answered 302"
        assert [caught.path for caught in server.caught] == ["/a-secret-path"] * 4, "no redirect is followed"
    assert await failure(senders, server.sender) == "no_connection"
    with pytest.raises(NotDelivered):
        await senders.check("tgram://a-secret-path!/")
    assert "a-secret-path" not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "192.168.1.1",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "100.64.0.1",
    ],
)
async def test_a_private_network_is_not_called_unless_a_setting_says_so(address: str) -> None:
    assert await failure(Senders(private_too=False), f"json://{address}/x") == "private"


@pytest.mark.parametrize(
    "address", ["", "json", "file:///etc/passwd", "syslog://", "dbus://", "http://x.example", "dingtalk://!"]
)
async def test_what_is_no_sender_is_refused(address: str) -> None:
    with pytest.raises(NotDelivered, match="unreadable"):
        await Senders(private_too=True).check(address)
