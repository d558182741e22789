import json

from efface.pipeline.evidence.sbom import sbom


def test_every_package_stands_once_in_order():
    components = json.loads(sbom())["components"]
    names = [one["name"] for one in components]
    assert names == sorted(set(names))
    assert all(one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" for one in components)
