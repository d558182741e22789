"""Writes names, places and descriptors of `pipeline/certify/lists`: python -m tools.generate_certify_lists NODE_MODULES IDC.

The lists are split by origin. For building: Faker of Python (MIT), which has to be installed here. For measuring only: Faker of
JavaScript (MIT), from NODE_MODULES, the folder in which `npm install @faker-js/faker` put it; the series descriptions of the
Imaging Data Commons, from IDC, the `idc_index.parquet` of the package `idc-index-data` (MIT; of collections under CC BY alone).
An entry that both origins have goes to one of them, by its digest. Readings of Chinese, Japanese, Korean, Russian and Greek
names come from pypinyin, japanese-personal-name-dataset, hangul-romanize and anyascii (all MIT or ISC).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import re
import subprocess
import textwrap
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

LISTS = Path(__file__).parents[1] / "pipeline" / "certify" / "lists"
_COLUMNS = 119
_LIMITS = {"women": 45, "men": 45, "surnames": 100, "cities": 35, "streets": 35}
_DRAWN = 400
"""Places are made by calls, since both origins put many of them together from parts."""
_SERIES_PER_MODALITY = 40
_CULTURES = {  # culture -> the locales of Faker in Python and in JavaScript
    "american": ("en_US", "en_US"),
    "british": ("en_GB", "en_GB"),
    "german": ("de_DE", "de"),
    "french": ("fr_FR", "fr"),
    "spanish": ("es_ES", "es"),
    "italian": ("it_IT", "it"),
    "dutch": ("nl_NL", "nl"),
    "danish": ("da_DK", "da"),
    "swedish": ("sv_SE", "sv"),
    "norwegian": ("no_NO", "nb_NO"),
    "finnish": ("fi_FI", "fi"),
    "polish": ("pl_PL", "pl"),
    "turkish": ("tr_TR", "tr"),
    "vietnamese": ("vi_VN", "vi"),
    "chinese": ("zh_CN", "zh_CN"),
    "japanese": ("ja_JP", "ja"),
    "korean": ("ko_KR", "ko"),
    "indian": ("en_IN", "en_IN"),
    "russian": ("ru_RU", "ru"),
    "greek": ("el_GR", "el"),
}
_NODE = """
import { allFakers, allLocales } from '@faker-js/faker';
const all = (value) => Array.isArray(value) ? value.map((one) => one.value ?? one) : [];
const times = (draw) => Array.from({ length: 400 }, draw);
const out = {};
for (const locale of process.argv.slice(1)) {
  const faker = allFakers[locale], person = { ...allLocales.en.person, ...allLocales[locale].person };
  const base = locale.startsWith('en_') && locale !== 'en_IN' ? allLocales.en.person : person;
  const { first_name: first, last_name: last } = base;
  faker.seed(1);
  out[locale] = {
    women: all(first.female), men: all(first.male),
    surnames: [...all(last.generic), ...all(last.male)],
    cities: times(() => faker.location.city()), streets: times(() => faker.location.street()),
  };
}
console.log(JSON.stringify(out));
"""
Names = dict[str, dict[str, list[str]]]
"""Culture -> kind -> entries."""


def main() -> None:
    """Write the files of both splits."""
    parser = argparse.ArgumentParser()
    parser.add_argument("node_modules", type=Path)
    parser.add_argument("idc", type=Path)
    arguments = parser.parse_args()
    building, measuring = _of_python(), _of_javascript(arguments.node_modules)
    _part(building, measuring)
    _write(
        "building", "names", "Faker of Python (joke2k/faker), its providers of persons and places", "MIT", _sections(building)
    )
    _write("measuring", "names", "Faker of JavaScript (@faker-js/faker), its locales", "MIT", _sections(measuring))
    series = {"descriptors": _series_descriptions(arguments.idc)}
    origin = "series descriptions of the Imaging Data Commons, of collections under CC BY (package idc-index-data)"
    _write("measuring", "descriptors", origin, "CC BY 3.0 and 4.0", series)


def _of_python() -> Names:
    import faker

    names: Names = {}
    for culture, (locale, _) in _CULTURES.items():
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        place = faker.Faker(locale)
        place.seed_instance(1)
        surnames = [
            *getattr(provider, "unisex_last_names", ()),
            *getattr(provider, "male_last_names", ()),
        ] or provider.last_names
        names[culture] = {
            "women": list(provider.first_names_female),
            "men": list(provider.first_names_male),
            "surnames": list(getattr(provider, "last_names_male", surnames)),
            "cities": [place.city() for _ in range(_DRAWN)],
            "streets": [place.street_name() for _ in range(_DRAWN)],
        }
        if culture == "japanese":
            names[culture] |= {
                "women": [f"{name}={latin}" for name, _, latin in provider.first_name_female_pairs],
                "men": [f"{name}={latin}" for name, _, latin in provider.first_name_male_pairs],
                "surnames": [f"{name}={latin}" for name, _, latin in provider.last_name_pairs],
            }
    return names


def _of_javascript(node_modules: Path) -> Names:
    command = ["node", "--input-type=module", "-e", _NODE, *(locale for _, locale in _CULTURES.values())]
    done = subprocess.run(command, cwd=node_modules.parent, check=True, capture_output=True, text=True)
    made = json.loads(done.stdout)
    return {culture: made[locale] for culture, (_, locale) in _CULTURES.items()}


def _part(building: Names, measuring: Names) -> None:
    """Clean the entries, let each of a kind be in one split, and keep as many as the limits allow."""
    read = _readers()
    kept: tuple[Names, Names] = ({culture: {} for culture in building}, {culture: {} for culture in measuring})
    for kind, limit in _LIMITS.items():
        alike = ("women", "men") if kind in ("women", "men") else (kind,)
        keys = [
            {_key(entry) for entries in side.values() for one in alike for entry in entries[one]}
            for side in (building, measuring)
        ]
        shared = keys[0] & keys[1]
        for number, side in enumerate((building, measuring)):
            for culture, entries in side.items():
                usable = (entry.strip() for entry in entries[kind] if _is_usable(entry, culture, kind))
                unique = {_key(entry): _with_reading(entry, culture, kind, read) for entry in usable}
                own = [key for key in unique if key not in shared or _digest(key)[0] % 2 == number]
                chosen = sorted((key for key in own if not unique[key].endswith("=")), key=_digest)[:limit]
                kept[number][culture][kind] = sorted(unique[key] for key in chosen)
    for side, names in zip((building, measuring), kept, strict=True):
        side.update(names)


def _is_usable(entry: str, culture: str, kind: str) -> bool:
    """Whether an entry looks like one: no place that is put together from parts of another language."""
    if re.search(r"[,\d]", entry) or not 1 <= len(entry.strip()) <= 40:
        return False
    if culture in ("vietnamese", "turkish", "indian", "japanese", "korean") and kind in ("cities", "streets"):
        return not re.search(
            r"\b(New|Lake|East|West|North|South|Port|Park|Cliffs?|Street|[A-Z][a-z]+(?:side|mouth|ville))\b", entry
        )
    return True


def _readers() -> dict[str, Callable[[str], str]]:
    """How names of a culture are spelled in Latin letters."""
    import japanese_personal_name_dataset
    from anyascii import anyascii
    from hangul_romanize import Transliter
    from hangul_romanize.rule import academic
    from pypinyin import lazy_pinyin

    readings: dict[str, str] = {}
    data = Path(japanese_personal_name_dataset.__file__).parent / "dataset"
    for file in sorted(data.glob("first_name_*_opti.csv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            cells = line.split(",")
            readings |= {name: cells[1] for name in (cells[0], *cells[2:]) if name and cells[1].isascii()}
    for line in (data / "last_name_org.csv").read_text(encoding="utf-8").splitlines():
        name, _, _, latin = line.split(",")[:4]
        readings[name] = latin
    korean = Transliter(academic)
    return {
        "chinese": lambda name: "".join(lazy_pinyin(name)).capitalize(),
        "japanese": lambda name: readings.get(name, "").capitalize(),
        "korean": lambda name: str(korean.translit(name)).replace("-", "").capitalize(),
        "russian": lambda name: str(anyascii(name)).replace("'", ""),
        "greek": lambda name: str(anyascii(name)).replace("oy", "ou"),
    }


def _with_reading(entry: str, culture: str, kind: str, read: dict[str, Callable[[str], str]]) -> str:
    if culture not in read or "=" in entry or (kind in ("cities", "streets") and culture == "japanese"):
        return entry
    return f"{entry}={read[culture](entry)}"


def _series_descriptions(idc: Path) -> list[str]:
    """The most frequent series descriptions of each modality that look like words, without names of trials."""
    import pyarrow.parquet as pq

    table = pq.read_table(idc, columns=["Modality", "SeriesDescription", "license_short_name"]).to_pandas()
    table = table[table.license_short_name.isin(["CC BY 3.0", "CC BY 4.0"])]
    found: dict[str, str] = {}
    for modality in ("CT", "MR", "PT", "MG", "US", "CR", "DX", "NM", "XA"):
        counts = table[table.Modality == modality].SeriesDescription.dropna().value_counts()
        usable = (text for text in counts.index if _is_description(text))
        for text in list(usable)[:_SERIES_PER_MODALITY]:
            found.setdefault(text.casefold(), text)
    return list(found.values())


def _is_description(text: str) -> bool:
    has_words = len(re.findall(r"[A-Za-z]{2,}", text)) >= 2
    is_of_trial = re.search(r"ISPY|ACRIN|TCGA|NLST|QIN|LIDC|OPL|OPA|DPL|mcgpu|IDC|CPTAC|CaPTk|\d{4,}|^\W", text)
    return has_words and not is_of_trial and text.isascii() and len(text) <= 60 and "|" not in text


def _key(entry: str) -> str:
    marks = unicodedata.normalize("NFKD", entry.partition("=")[0].strip().casefold())
    return "".join(letter for letter in marks if not unicodedata.combining(letter))


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _sections(names: Names) -> dict[str, Iterable[str]]:
    return {f"{culture} {kind}": entries[kind] for culture, entries in names.items() for kind in _LIMITS}


def _write(split: str, name: str, source: str, licence: str, sections: dict[str, Iterable[str]]) -> None:
    lines = [f"# Split: {split}", f"# Source: {source}; by tools/generate_certify_lists.py", f"# Licence: {licence}"]
    for section, entries in sections.items():
        if text := " | ".join(entries):
            lines += [f"[{section}]", textwrap.fill(text, _COLUMNS, break_on_hyphens=False)]
    (LISTS / split / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
