"""Finds names of persons in Chinese, Japanese and Korean, whose words are not parted: beside a label or a title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..core.word_lists import words_of
from .east_asian_surnames import CHINESE, CHINESE_OF_TWO, JAPANESE, KOREAN
from .rules import Found, Rule

_HAN = r"\u3400-\u9fff々"
_KANA = r"ぁ-んァ-ヶー"
_HAN_NAME = rf"[{_HAN}]{{1,4}}(?:[ 　]?[{_HAN}{_KANA}]{{1,5}})?"
_SIGN = r"[ 　]?[:：＝=][ 　]{0,2}"
_SURE_LABEL = (
    rf"[{_HAN}]{{0,6}}(?:医師|医师|医生|醫師|醫生|技師|技师|技士|看護師|护士|護士|護理師|助産師|放射線技師|依頼医|読影医|報告医|担当医|主治医|執刀医"
    r"|紹介医|研修医|指導医|当直医|麻酔医|麻醉师|術者|助手|[影査查告載载認认作記记録录施審审力成当當]者|[記记録录操審审管]員|[操记审管]作?员|操作員)"
    r"(?:姓?名|氏名)?|(?:患者|病人|医師|医生|技師|技师|受検者|母親|父親|母亲|父亲)?(?:氏名|姓名)|患者(?:名|様|さん)|名前|お名前|フリガナ|担当(?:者)?"
    r"|(?:联系|聯絡|連絡|监护|監護)人|(?:緊急)?連絡先|保護者|キーパーソン|家属姓名|配偶者?|父母|申请人|申請人|送检人|签名|簽名|署名|审核|審核|報告"
)
_WEAK_LABEL = (
    "患者|病人|家族|家属|家屬|妻子?|夫|丈夫|母親?|母亲|父親?|父亲|儿子|女儿|息子|娘|兄|姉|弟|妹|長男|長女|次男|次女|祖母|祖父|依頼元|紹介元|読影|記載"
    "|承認|確認|撮影|検査|报告|检查|诊断|記録|记录|執刀"
)
_LABELLED_HAN = re.compile(
    rf"(?<![{_HAN}])(?:(?P<sure>{_SURE_LABEL})|(?P<weak>{_WEAK_LABEL})){_SIGN}(?P<name>{_HAN_NAME})(?![{_HAN}{_KANA}])"
    rf"|(?<![{_HAN}])(?:氏名|姓名|患者名|主治医|担当医|読影医|依頼医|執刀医)[ 　](?P<spaced>{_HAN_NAME})(?![{_HAN}{_KANA}])"
)
_NO_NAME = re.compile(
    r"不明|不詳|不详|未|無|无|なし|異常|正常|同席|同伴|通[过過]|完[了成]|済|既往|高血圧|糖尿|高血压|位$|[科部室院課科処处局所班組组団庁社]$|病棟|センター|中心"
    r"|クリニック|病院|医院|体[位重]|身長|胸|腹|頭|骨|肺|肝|心臓|造影|単純|検査|撮影|陰性|陽性|阴性|阳性|年齢|男性|女性|^[男女]$|診断|所見|良好|安静|本人"
    r"|各位|医師|医生|担当|他院|当院|外来|救急|紹介|依頼|様子|変化|炎|癌|腫|症$|病$"
)
_TITLED_HAN = re.compile(
    rf"(?<![{_HAN}])(?P<name>[{_HAN}]{{1,4}}(?:[{_KANA}]{{1,4}})?)(?:先生|様|さま|さん|氏(?!名)|医師|医师|医生|大夫|主任|殿|技師|技师|看護師|护士|護士|女士"
    rf"|小姐|教授|部長|院長|科長|博士|ちゃん|くん|君(?![{_HAN}])|研修医|助教)(?!{_SIGN}|[{_HAN}])"
)
_SPACED_HAN = re.compile(rf"(?<![{_HAN}])(?P<surname>[{_HAN}]{{1,3}})[ 　]$")
_NO_TITLED_NAME = re.compile(
    "担当|主治|放射|執刀|患者|読影|依頼|専門|外科|内科|当直|看護|主任|病人|皆|技師|各位|家族|お客|主管|报告|检查|申请|审核|诊断"
)
_HANGUL_LABEL = (
    r"환자(?:명|[ ]?성명|[ ]?이름)?|성명|이름|의사(?:명)?|담당의(?:사)?|담당자?|주치의|의뢰의(?:사)?|의뢰인|판독의(?:사)?"
    r"|판독자?"
    r"|검사자|촬영자|촬영[ ]?기사|방사선사|간호사|기사|집도의|수술의|마취의|전공의|전문의|교수|보호자(?:명)?|배우자"
    r"|어머니|아버지"
    r"|남편|아내|부인|아들|딸|연락처|시행자|작성자|확인자|승인자|보고자|서명|입력자|처방의"
)
_LABELLED_HANGUL = re.compile(
    rf"(?<![가-힣])(?P<label>{_HANGUL_LABEL}){_SIGN}(?P<name>[가-힣]{{2,4}}|[가-힣][ ][가-힣]{{2}})(?![가-힣])"
)
_TITLED_HANGUL = re.compile(
    r"(?<![가-힣])(?P<name>[가-힣]{3})(?=[ ]?(?:환자|님|선생|의사|씨|교수|과장|간호사|방사선사|원장|전문의|전공의|기사|부장"
    r"|팀장|실장|보호자)(?![:：]))"
)
_NO_HANGUL_NAME = frozenset(
    words_of("""
    정상 없음 이상 양호 미상 불명 변화 유지 안정 이상없음 정상임 소견 소견없음 동반 고혈압 당뇨병 내과 외과 응급실 방사선
    """)
)
_FAINT_HANGUL = frozenset(("환자", "판독", "담당", "기사", "연락처", "서명"))
_RUN = re.compile(rf"[{_HAN}{_KANA}가-힣][{_HAN}{_KANA}가-힣 　:：＝=]*+")
"""No label, title or name goes beyond it."""
_FEWEST_SYLLABLES = 3
_LONGEST_CHINESE = 4
_LONGEST_JAPANESE = 3
_LOOK_BACK = 6


def find_east_asian_names(text: str) -> Iterator[Found]:
    """Names behind the label of a person and a sign, and in front of a title."""
    for run in _RUN.finditer(text):
        yield from _find_in_run(text, *run.span())


def _find_in_run(text: str, start: int, end: int) -> Iterator[Found]:
    for found in _LABELLED_HAN.finditer(text, start, end):
        group = "name" if found["name"] is not None else "spaced"
        name = found[group]
        is_sure = found["sure"] is not None or group == "spaced"
        if name in JAPANESE or (_NO_NAME.search(name) is None and (is_sure or _begins_with_surname(name))):
            yield Found(*found.span(group), Rule.LABELLED_NAME)
    for found in _TITLED_HAN.finditer(text, start, end):
        if _NO_TITLED_NAME.search(found["name"]) is None:
            surname = _SPACED_HAN.search(text, max(0, found.start() - _LOOK_BACK), found.start())
            is_parted = surname is not None and _begins_with_surname(surname["surname"])
            first = surname.start() if surname is not None and is_parted else found.start()
            yield Found(first, found.end("name"), Rule.TITLED_NAME)
    for found in _LABELLED_HANGUL.finditer(text, start, end):
        name = found["name"]
        is_faint = found["label"] in _FAINT_HANGUL and len(name) < _FEWEST_SYLLABLES
        if name[0] in KOREAN and name not in _NO_HANGUL_NAME and not is_faint:
            yield Found(*found.span("name"), Rule.LABELLED_NAME)
    for found in _TITLED_HANGUL.finditer(text, start, end):
        yield Found(*found.span("name"), Rule.TITLED_NAME)


def _begins_with_surname(name: str) -> bool:
    bare = re.sub(r"[ 　]", "", name)
    is_chinese = bare[0] in CHINESE or bare[:2] in CHINESE_OF_TWO
    if is_chinese and 1 < len(bare) <= _LONGEST_CHINESE:
        return True
    return any(bare[:length] in JAPANESE for length in range(1, _LONGEST_JAPANESE + 1))
