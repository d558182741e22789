import pytest

from support.identifying import without_identifying


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Skype: tobias.quill", "Skype: _"),
        ("Telegram @quillf", "Telegram _"),
        ("reach me @oakhollow_rad", "reach me _"),
        ("WeChat: quill_77", "WeChat: _"), ("微信：quill77", "微信：_"), ("Signal: @quill.22", "Signal: _"),
        ("Hostname: RAD-WS-07", "Hostname: _"),
        ("AE Title: OAK_CT1", "AE Title: _"),
        ("Printer PRN-0447", "Printer _"),
        ("C:\\Users\\tquill\\scan.dcm", "_"), ("/".join(("", "home", "tquill", "scan.nii")), "_"),
        ("BIC: DEUTDEFF", "BIC: _"), ("Sort code 60-16-13", "Sort code _"),
        ("password: Oak!4471", "password: _"), ("PIN 4471", "PIN _"), ("SSN xxx-xx-1120", "SSN _"),
    ],
)  # fmt: skip
def test_accounts_computers_and_secrets_go(text: str, left: str) -> None:
    assert without_identifying(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Signal: hyperintense",
        "Signal intensity 1.2",
        "@ 120 kV",
        "Line: PICC",
        "matrix: 512",
        "Teams informed",
        "and/or",
        "mg/dl",
        "Machine: CT750",
        "K-wire pin 4",
        "PIN fracture",
        "Title: Chest",
        "PACS downtime",
        "login failed",
        "voxel/slice 3/4",
    ],
)  # fmt: skip
def test_clinical_words_are_no_accounts(text: str) -> None:
    assert without_identifying(text) == text
