"""Reading recorded dialogues, and saying in one sentence why a file cannot be played."""

import gzip
import json
from pathlib import Path

import pytest

from goldensix.rehearsal.recording import BadRecording, Utterance, read


def _jddc(*turns: tuple[str, str], id: str = "s1") -> str:
    return json.dumps({"id": id, "turns": [{"role": role, "text": text, "transfer": 0} for role, text in turns]})


def _write(folder: Path, *lines: str, name: str = "recording.jsonl") -> Path:
    file = folder / name
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_jddc_turns_keep_their_authors_and_order(tmp_path: Path) -> None:
    file = _write(tmp_path, _jddc(("customer", "在吗"), ("agent", "在的"), ("customer", "什么时候发货")))

    (dialogue,) = read(file)

    assert dialogue.name == "s1"
    assert dialogue.utterances == (("buyer", "在吗"), ("agent", "在的"), ("buyer", "什么时候发货"))


def test_an_ecd_context_ends_with_the_buyer_whom_pos_answers(tmp_path: Path) -> None:
    odd = json.dumps({"id": 7, "context": ["包邮吗", "包的", "好"], "pos": ["谢谢", "另一句"], "neg": ["不"]})
    even = json.dumps({"context": ["欢迎光临", "在吗"], "pos": []})

    first, second = read(_write(tmp_path, odd, even))

    assert [each.by for each in first.utterances] == ["buyer", "agent", "buyer", "agent"]
    assert first.utterances[-1] == Utterance("agent", "谢谢")
    assert first.name == "7"
    assert second.name == "2"
    assert second.utterances == (("agent", "欢迎光临"), ("buyer", "在吗"))


def test_gzip_is_read_whatever_the_file_is_called(tmp_path: Path) -> None:
    for name in ("recording.jsonl.gz", "recording"):
        (tmp_path / name).write_bytes(gzip.compress(_jddc(("customer", "在吗")).encode()))
        assert len(read(tmp_path / name)) == 1


def test_blank_lines_and_a_byte_order_mark_are_passed_over(tmp_path: Path) -> None:
    file = _write(tmp_path, "\ufeff" + _jddc(("customer", "在吗")), "", "  ", _jddc(("customer", "在")) + "\r")
    assert len(read(file)) == 2


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{not json", "line 2: JSON is malformed"),
        ('{"id": "x"}', "line 2: Object missing required field `context`"),
        ("[1, 2]", "line 2: Expected `object`, got `array`"),
        (_jddc(("robot", "在吗")), "line 2: Invalid enum value 'robot' - at `$.turns[0].role`"),
        ('{"turns": [{"role": "customer"}]}', "line 2: Object missing required field `text`"),
        (_jddc(("customer", "在吗"), ("agent", " ")), "line 2: turn 2 has no text"),
        (_jddc(("customer", "长" * 4_001)), "line 2: turn 1 is longer than 4,000 characters"),
        (_jddc(("agent", "欢迎")), "line 2: the buyer says nothing"),
        (_jddc(), "line 2: the buyer says nothing"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, why: str) -> None:
    file = _write(tmp_path, _jddc(("customer", "在吗")), line)
    with pytest.raises(BadRecording) as refused:
        read(file)
    assert str(refused.value).startswith(f"{file}, {why}")


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    file = tmp_path / "gb.jsonl"
    file.write_bytes('{"turns": [{"role": "customer", "text": "在吗"}]}'.encode("gb18030"))
    with pytest.raises(BadRecording, match=r"gb\.jsonl, line 1: "):
        read(file)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.jsonl", b"\n\n", "holds no dialogue"),
        ("plain.jsonl.gz", b'{"turns": []}', "is called .gz but is not gzip"),
        ("cut.jsonl.gz", gzip.compress(b"x" * 1000, mtime=0)[:-9], "is damaged gzip"),
    ],
)
def test_a_file_that_cannot_be_a_recording_is_named(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadRecording, match=f"{name} {why}"):
        read(tmp_path / name)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for place in (tmp_path / "nowhere.jsonl", tmp_path):
        with pytest.raises(BadRecording, match=f"{place} cannot be read: "):
            read(place)
