"""Numbers that a country gives to a person, with the check digits that programs look for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from .dice import Dice


def national_number(culture: str, birth: date, dice: Dice) -> str:
    """A number of the country, as it is usually written."""
    return _NUMBERS[culture](birth, dice)


def iban(country: str, length: int, dice: Dice) -> str:
    """An account number with its check digits, in groups of four."""
    account = dice.digits(length - 4)
    as_number = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00"))
    whole = f"{country}{98 - as_number % 97:02}{account}"
    return " ".join(whole[start : start + 4] for start in range(0, len(whole), 4))


def swiss_number(dice: Dice) -> str:
    """A Swiss AHV number, which ends with the check digit of EAN-13."""
    digits = f"756{dice.digits(9)}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    whole = f"{digits}{-total % 10}"
    return f"{whole[:3]}.{whole[3:7]}.{whole[7:11]}.{whole[11:]}"


def _luhn(digits: str) -> str:
    """The check digit that makes a number valid by Luhn's rule."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _british(_: date, dice: Dice) -> str:
    check = 10
    while check == 10:
        digits = f"{dice.whole(4, 7)}{dice.digits(8)}"
        check = -_weighted(digits, (10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11
    whole = f"{digits}{check}"
    return f"{whole[:3]} {whole[3:6]} {whole[6:]}"


def _german(_: date, dice: Dice) -> str:
    letter, digits = dice.pick("ABCDEFGHKLMNPRSTUW"), dice.digits(8)
    counted = f"{ord(letter) - 64:02}{digits}"
    products = (int(digit) * (1 + place % 2) for place, digit in enumerate(counted))
    return f"{letter}{digits}{sum(value // 10 + value % 10 for value in products) % 10}"


def _french(birth: date, dice: Dice) -> str:
    body = f"{dice.whole(1, 2)}{birth:%y%m}{dice.whole(10, 95)}{dice.whole(1, 989):03}{dice.whole(1, 999):03}"
    return f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {97 - int(body) % 97:02}"


def _spanish(_: date, dice: Dice) -> str:
    number = dice.whole(10_000_000, 79_999_999)
    return f"{number}-{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def _italian(birth: date, dice: Dice) -> str:
    letters = "BCDFGLMNPRSTVZ"
    name = "".join(dice.pick(letters) for _ in range(6))
    body = f"{name}{birth:%y}{'ABCDEHLMPRST'[birth.month - 1]}{birth.day:02}{dice.pick('ABCDEFGHL')}{dice.digits(3)}"
    odd = dict(
        zip(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
            strict=True,
        )
    )
    odd |= {str(digit): odd[chr(65 + digit)] for digit in range(10)}
    total = sum(odd[sign] if place % 2 == 0 else int(sign, 36) - 10 * sign.isalpha() for place, sign in enumerate(body))
    return f"{body}{chr(65 + total % 26)}"


def _dutch(_: date, dice: Dice) -> str:
    check = 10
    while check == 10:
        digits = f"{dice.whole(1, 9)}{dice.digits(7)}"
        check = _weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return f"{digits}{check}"


def _swedish(birth: date, dice: Dice) -> str:
    body = f"{birth:%y%m%d}{dice.digits(3)}"
    return f"{birth:%Y%m%d}-{body[6:]}{_luhn(body)}"


def _finnish(birth: date, dice: Dice) -> str:
    body = f"{birth:%d%m%y}"
    number = f"{dice.whole(2, 899):03}"
    return f"{body}-{number}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(body + number) % 31]}"


def _polish(birth: date, dice: Dice) -> str:
    body = f"{birth:%y}{birth.month + 20 * (birth.year >= 2000):02}{birth.day:02}{dice.digits(4)}"
    return f"{body}{-_weighted(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10}"


def _turkish(_: date, dice: Dice) -> str:
    digits = f"{dice.whole(1, 9)}{dice.digits(8)}"
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    body = f"{digits}{(7 * odd - even) % 10}"
    return f"{body}{sum(map(int, body)) % 10}"


def _chinese(birth: date, dice: Dice) -> str:
    body = f"{dice.pick(('110101', '310104', '440106', '510107'))}{birth:%Y%m%d}{dice.digits(3)}"
    total = _weighted(body, tuple(2 ** (17 - place) % 11 for place in range(17)))
    return f"{body}{'10X98765432'[total % 11]}"


def _russian(_: date, dice: Dice) -> str:
    digits = f"{dice.whole(1, 9)}{dice.digits(8)}"
    check = _weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 101 % 100
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]} {check:02}"


def _greek(birth: date, dice: Dice) -> str:
    body = f"{birth:%d%m%y}{dice.digits(4)}"
    return f"{body}{_luhn(body)}"


_NUMBERS: dict[str, Callable[[date, Dice], str]] = {
    "american": lambda _, dice: f"{dice.whole(100, 665)}-{dice.whole(10, 99)}-{dice.whole(1000, 9999)}",
    "british": _british,
    "german": _german,
    "french": _french,
    "spanish": _spanish,
    "italian": _italian,
    "dutch": _dutch,
    "danish": lambda birth, dice: f"{birth:%d%m%y}-{dice.digits(4)}",
    "swedish": _swedish,
    "norwegian": lambda birth, dice: f"{birth:%d%m%y} {dice.digits(5)}",
    "finnish": _finnish,
    "polish": _polish,
    "turkish": _turkish,
    "vietnamese": lambda birth, dice: f"0{dice.digits(2)}{dice.whole(0, 3)}{birth:%y}{dice.digits(6)}",
    "chinese": _chinese,
    "japanese": lambda _, dice: dice.fill("%### #### ####"),
    "korean": lambda birth, dice: f"{birth:%y%m%d}-{dice.whole(1, 2)}{dice.digits(6)}",
    "indian": lambda _, dice: f"{dice.whole(2, 9)}{dice.digits(3)} {dice.digits(4)} {dice.digits(4)}",
    "arabic": lambda _, dice: f"1{dice.digits(9)}",
    "russian": _russian,
    "greek": _greek,
}
