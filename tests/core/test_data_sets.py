import io

import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset

from efface.transforms.core.data_sets import new_like

TEMPLATES = [Dataset(), FileMetaDataset(), FileDataset(io.BytesIO(), {})]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: type(one).__name__)
def test_data_sets_of_one_template_share_nothing_that_changes(template: Dataset) -> None:
    first, second = vars(new_like(template, {})), vars(new_like(template, {}))
    assert first.keys() == vars(template).keys()
    assert not any(isinstance(value, (dict, list, set)) and value is second[name] for name, value in first.items())
