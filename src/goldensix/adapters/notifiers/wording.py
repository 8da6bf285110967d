"""What a call says, in the language of whoever is called."""

from goldensix.events.facts import AlertKind, Language, Step
from goldensix.events.ids import Milliseconds

TITLE: dict[Language, str] = {"zh": "黄金六秒", "en": "Golden Six"}


def test_text(language: Language) -> str:
    return "这是一条测试通知。" if language == "zh" else "This is a test."


def call_text(language: Language, kind: AlertKind, step: Step, group: str, buyers: int, longest: Milliseconds) -> str:
    """One sentence, with no words of any buyer."""
    wait, plural = _wait(longest, language), "" if buyers == 1 else "s"
    if kind == "crowded":
        return f"排队 {buyers} 位，最久 {wait}" if language == "zh" else f"{buyers} buyers queue, longest {wait}"
    if kind == "deserted":
        if language == "zh":
            return f"「{group}」没有人在：{buyers} 位买家在等"
        return f"Nobody is there for {group}: {buyers} buyer{plural} waiting"
    yours = step == "agent"
    if language == "zh":
        return f"{buyers} 位买家在等{'您' if yours else ''}，最久 {wait}"
    return f"{buyers} buyer{plural} waiting{' for you' if yours else ''}, longest {wait}"


def _wait(ms: Milliseconds, language: Language) -> str:
    seconds = ms // 1000
    if seconds < 100:
        return f"{seconds} 秒" if language == "zh" else f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02}"
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
