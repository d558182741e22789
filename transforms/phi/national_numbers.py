"""Finds numbers that countries, banks and card companies give to people, by their form and their check digit.

Digits without separators are found as long numbers elsewhere; here stand the forms that people write, and those with letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from .rules import Found, Rule
from .spellings import upper_in_place

_Check = Callable[[str], bool]
"""Says of the letters and digits of a number, in upper case, whether its check digit is right."""


def has_luhn_digit(digits: str) -> bool:
    """Whether the last digit checks the others by the formula of Luhn (US patent 2,950,048; ISO/IEC 7812-1)."""
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _weighted(weights: str, modulus: int, remainders: Callable[[int], int]) -> _Check:
    """A check digit, the last one, that follows from the weighted sum of the digits in front of it."""

    def check(digits: str) -> bool:
        total = sum(int(weight, 36) * int(digit) for weight, digit in zip(weights, digits, strict=False))
        return remainders(total % modulus) == int(digits[len(weights)])

    return check


_nhs = _weighted("a98765432", 11, lambda rest: (11 - rest) % 11)
_ean = _weighted("131313131313", 10, lambda rest: -rest % 10)
_medicare = _weighted("13791379", 10, lambda rest: rest)
_kvnr_digits = _weighted("1212121212", 10, lambda rest: rest)
_cpf_first = _weighted("a98765432", 11, lambda rest: 0 if rest < 2 else 11 - rest)
_cpf_second = _weighted("ba98765432", 11, lambda rest: 0 if rest < 2 else 11 - rest)


def _iban(text: str) -> bool:
    """ISO 13616: two letters, two check digits, up to 30 letters and digits; the remainder of all by 97 is 1."""
    turned = text[4:] + text[:4]
    return 15 <= len(text) <= 34 and int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _card(digits: str) -> bool:
    return digits[0] in "23456" and has_luhn_digit(digits)


def _nir(text: str) -> bool:
    """France: the key is 97 less the remainder of the number; in Corsica 2A and 2B stand for 19 and 18."""
    digits = text.replace("2A", "19").replace("2B", "18")
    return not digits.isdecimal() or int(digits[13:]) == 97 - int(digits[:13]) % 97


def _spanish(text: str) -> bool:
    digits = text[:-1].translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23] == text[-1]


def _kvnr(text: str) -> bool:
    """Germany: the letter is written as its two-digit place in the alphabet; digit sums of the products count."""
    digits = f"{ord(text[0]) - 64:02d}{text[1:]}"
    products = (int(digit) * (1 + index % 2) for index, digit in enumerate(digits[:-1]))
    return sum(product // 10 + product % 10 for product in products) % 10 == int(digits[-1])


def _tax_id(digits: str) -> bool:
    """Germany: ISO 7064, MOD 11,10."""
    product = 10
    for digit in digits[:-1]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[-1])


def _belgian(digits: str) -> bool:
    number, key = int(digits[:9]), int(digits[9:])
    return key in (97 - number % 97, 97 - (2_000_000_000 + number) % 97)


def _nordic(digits: str) -> bool:
    """Sweden and Finland write the year first, Denmark and Norway the day first."""
    if len(digits) > len("YYMMDDNNNN") and not has_luhn_digit(digits[-10:]):
        return False
    digits = digits[-10:]
    pairs = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    return any(_is_day(2000, month, day) for month, day in ((pairs[1], pairs[2]), (pairs[1], pairs[0])))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _cpf(digits: str) -> bool:
    return _cpf_first(digits) and _cpf_second(digits)


def _is_true(_: str) -> bool:
    return True


_D = r"(?<![\w.,/-])"
_E = r"(?![\w/-]|[.,]\d)"
_FORMS: tuple[tuple[Rule, int, str, _Check], ...] = (
    (
        Rule.BANK_ACCOUNT,
        8,
        r"(?<![^\W_])[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]{4}){2,7}(?:[ -]?(?=[A-Z]{0,2}\d)[A-Z\d]{1,3})?(?![^\W_])",
        _iban,
    ),
    (Rule.PAYMENT_CARD, 13, rf"{_D}\d{{4}}(?:([ -]?)\d{{4}}\1\d{{4}}\1\d{{1,7}}|[ -]\d{{6}}[ -]\d{{5}}){_E}", _card),
    (Rule.SOCIAL_SECURITY_NUMBER, 9, r"(?<![\d.-])\d{3}-\d{2}-\d{4}(?![\d-])", _is_true),
    (Rule.SOCIAL_SECURITY_NUMBER, 9, r"(?<![\d.,-])(?<!\d )(?!000|666|9)\d{3} \d{2} \d{4}(?![\d-]| \d)", _is_true),
    (Rule.NATIONAL_NUMBER, 10, rf"{_D}\d{{3}}([ -])\d{{3}}\1\d{{4}}{_E}", _nhs),  # United Kingdom
    (Rule.NATIONAL_NUMBER, 13, rf"{_D}756(?:\.?\d{{4}}\.?\d{{4}}\.?\d{{2}}| \d{{4}} \d{{4}} \d{{2}}){_E}", _ean),  # Switzerland
    (Rule.NATIONAL_NUMBER, 9, rf"{_D}[A-Z] ?\d{{3}} ?\d{{3}} ?\d{{3}}{_E}", _kvnr),  # Germany, insurance
    (Rule.NATIONAL_NUMBER, 11, rf"{_D}[1-9]\d( ?)\d{{3}}\1\d{{3}}\1\d{{3}}{_E}", _tax_id),  # Germany, tax
    (
        Rule.NATIONAL_NUMBER,  # France
        14,
        rf"{_D}[12378]([ .-]?)\d{{2}}\1\d{{2}}\1(?:\d{{2}}|2[AB])\1\d{{3}}\1\d{{3}}[ .-]?\d{{2}}{_E}",
        _nir,
    ),
    (
        Rule.NATIONAL_NUMBER,  # France, without its key
        12,
        rf"{_D}[12]([ .])\d{{2}}\1(?:0[1-9]|1[0-2]|[2-9]\d)\1(?:\d{{2}}|2[AB])\1\d{{3}}\1\d{{3}}{_E}",
        _is_true,
    ),
    (
        Rule.NATIONAL_NUMBER,  # Spain
        7,
        rf"{_D}(?:\d{{2}}\.?\d{{3}}\.?\d{{3}}|[XYZ][ -]?\d\.?\d{{3}}\.?\d{{3}})[ -]?[A-Z]{_E}",
        _spanish,
    ),
    (
        Rule.NATIONAL_NUMBER,  # Italy
        6,
        r"(?<![^\W_])[A-Z]{3} ?[A-Z]{3} ?[\dL-NP-V]{2}[A-EHLMPRST][\dL-NP-V]{2} ?[A-Z][\dL-NP-V]{3}[A-Z](?![^\W_])",
        _is_true,
    ),
    (Rule.NATIONAL_NUMBER, 6, rf"{_D}[A-CEGHJ-PR-TW-Z]{{2}} ?\d{{2}} ?\d{{2}} ?\d{{2}} ?[A-D]{_E}", _is_true),  # United Kingdom
    (Rule.NATIONAL_NUMBER, 11, rf"{_D}\d{{2}}[. ]\d{{2}}[. ]\d{{2}}[ -]\d{{3}}[. -]\d{{2}}{_E}", _belgian),
    (Rule.NATIONAL_NUMBER, 9, rf"{_D}(?:19|20)?\d{{6}}[-+]\d{{3}}[\dA-Z]{_E}", _nordic),
    (Rule.NATIONAL_NUMBER, 9, rf"{_D}\d{{3}}([ -])\d{{3}}\1\d{{3}}{_E}", has_luhn_digit),  # Canada
    (Rule.NATIONAL_NUMBER, 10, rf"{_D}[2-6]\d{{3}}[ -]\d{{5}}[ -]\d(?:[ /-]\d)?{_E}", _medicare),  # Australia
    (Rule.NATIONAL_NUMBER, 12, rf"{_D}(?<!\d )[2-9]\d{{3}}([ -])\d{{4}}\1\d{{4}}(?! \d){_E}", _is_true),  # India
    (Rule.NATIONAL_NUMBER, 11, rf"{_D}\d{{3}}\.\d{{3}}\.\d{{3}}-\d{{2}}{_E}", _cpf),  # Brazil
)
"""(rule, fewest digits, form, check) of each number."""
_COMPILED = tuple((rule, fewest, re.compile(form), check) for rule, fewest, form, check in _FORMS)
_MAY_HOLD_ONE = re.compile(r"\d(?:[ ./+-]?[A-Za-z]?[ ./+-]?\d){5}")
"""What every such number has a part of: six digits, with few characters between."""
_RUN = re.compile(r"\d(?:[ ./+-]{0,2}[A-Z]{0,6}[ ./+-]{0,2}\d){0,40}+")
_SHORTEST_IBAN = 15
_ROOM = 48
"""No form is longer."""


def find_national_numbers(text: str) -> Iterator[Found]:
    """National numbers, bank accounts and payment cards in a text without scales (`blank_scales`)."""
    end = 0
    for clue in _MAY_HOLD_ONE.finditer(text):
        if clue.start() >= end:
            start, end = max(0, clue.start() - _ROOM // 2), clue.end() + _ROOM
            part = upper_in_place(text[start:end])
            run = _RUN.match(part, clue.start() - start)
            digits = sum(map(str.isdigit, run.group())) if run else 0
            yield from (Found(start + first, start + last, rule) for first, last, rule in _find_in(part, digits))


def _find_in(part: str, digits: int) -> Iterator[tuple[int, int, Rule]]:
    for rule, fewest, form, check in _COMPILED:
        if digits >= fewest:
            for found in form.finditer(part):
                number = found.group()
                while rule is Rule.BANK_ACCOUNT and len(number) > _SHORTEST_IBAN and not _is_right(number, check):
                    number = number.rpartition(" ")[0]  # A word of four letters may follow.
                if _is_right(number, check):
                    yield found.start(), found.start() + len(number), rule


def _is_right(number: str, check: _Check) -> bool:
    bare = re.sub(r"[^A-Z0-9]", "", number)
    return bool(bare) and check(bare)
