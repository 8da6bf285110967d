import pytest

from goldensix.adapters.identifiers import email_address, identifier, phone_number


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13900000001", "+8613900000001"),
        ("139 0000-0001", "+8613900000001"),
        ("+86 (139) 0000.0001", "+8613900000001"),
        ("008613900000001", "+8613900000001"),
        ("0571-8888 0000", "+8657188880000"),
        ("+1 555 010 0000", "+15550100000"),
        ("１３９００００００01", "+8613900000001"),
        ("12", None),
        ("+", None),
        ("139x0000001", None),
        ("1" * 20, None),
        ("", None),
    ],
)
def test_a_phone_number_is_kept_in_one_form(written: str, kept: str | None) -> None:
    assert phone_number(written) == kept
    assert kept is None or phone_number(kept) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Ana@Tea.Example ", "ana@tea.example"),
        ("ana＠tea.example", "ana@tea.example"),
        ("ana", None),
        ("@tea.example", None),
        ("ana@", None),
        ("a na@tea.example", None),
        ("ana@tea@example", None),
        ("a" * 65 + "@tea.example", None),
        ("ana@tea.example\r\nBcc: x@y.example", None),
    ],
)
def test_an_email_address_is_kept_in_one_form(written: str, kept: str | None) -> None:
    assert email_address(written) == kept
    assert kept is None or email_address(kept) == kept


def test_whoever_logs_in_types_either() -> None:
    assert identifier("Ana@tea.example") == "ana@tea.example"
    assert identifier("ana＠tea.example") == "ana@tea.example"
    assert identifier("139 0000 0001") == "+8613900000001"
    assert identifier("ana") is None
