from efface.pipeline.policy import load_policy
from efface.transforms.phi import version


def test_another_judge_is_another_policy(monkeypatch) -> None:
    """Both digests: texts of pictures and texts of headers are judged by it."""
    before = load_policy("tcia").version.split("-")
    monkeypatch.setattr(version, "_RULES_VERSION", -1)
    version.judge_version.cache_clear()
    after = load_policy("tcia").version.split("-")
    version.judge_version.cache_clear()
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, False]
