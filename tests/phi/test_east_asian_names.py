import pytest

from support.identifying import without_identifying


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("依頼医：山田太郎", "依頼医：_"),
        ("読影者: 佐藤 花子", "読影者: _"),
        ("撮影技師：鈴木", "撮影技師：_"),
        ("妻：田中さゆり", "妻：_"),
        ("高橋 治先生", "_先生"),
        ("氏名 山田太郎", "氏名 _"),
        ("报告医师：欧阳文", "报告医师：_"),
        ("审核：王小红", "审核：_"),
        ("王小红护士", "_护士"),
        ("판독의: 김철수", "판독의: _"),
        ("보호자: 이영희", "보호자: _"),
        ("김철수 과장", "_ 과장"),
        ("CT フリガナ：山田 CT, read by 高橋先生 today. 판독의: 김철수.", "CT フリガナ：_ CT, read by _ today. 판독의: _."),
    ],
)  # fmt: skip
def test_names_beside_labels_and_titles_go(text: str, left: str) -> None:
    assert without_identifying(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "患者: 仰臥位",
        "読影: 異常なし",
        "家族：同席",
        "母：高血圧",
        "依頼元: 内科",
        "連絡先：不明",
        "审核：通过",
        "诊断：正常",
        "판독: 정상",
        "환자: 안정", "担当医師", "放射線技師", "主治医先生",
    ],
)  # fmt: skip
def test_findings_behind_the_same_labels_stay(text: str) -> None:
    assert without_identifying(text) == text
