"""What there is to look at is what the audit says stands there, and nothing that identifies."""

import json

from efface.pipeline.review.gallery import index_of, read_entries


def test_everything_of_the_audit_is_an_entry(reviewed):
    entries = read_entries(reviewed.output)
    assert [entry.code for entry in entries if not entry.is_published] == ["face", "structure"]
    assert sorted((entry.modality, entry.frames) for entry in entries if entry.is_published) == [
        ("CT", 1),
        ("SR", 0),
        ("US", 1),
        ("US", 3),
    ]
    clip = next(entry for entry in entries if entry.frames == 3)
    assert clip.device == "Acme Sono 1, 320 x 112"
    assert {("header_name", False), ("lexicon", True)} <= {(region.reason, region.is_kept) for region in clip.regions}
    assert {frame for region in clip.regions for frame in region.frames} == {0, 1, 2}


def test_the_index_counts_what_the_entries_say(reviewed):
    entries = read_entries(reviewed.output)
    index = index_of(entries)
    assert index["count"] == len(entries) == len(index["published"])
    for number, entry in enumerate(entries):
        assert index["words"][index["device"][number]] == entry.device
        assert index["redacted"][number] + index["kept"][number] == len(entry.regions)
    assert {index["words"][number] for numbers in index["reasons"] for number in numbers} >= {
        "structure",
        "lexicon",
        "header_name",
    }


def test_no_name_of_a_source_is_in_an_entry(reviewed):
    entries = read_entries(reviewed.output)
    assert "QUISTBERG" not in (repr(entries) + json.dumps(index_of(entries))).upper()
