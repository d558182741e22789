import errno

import pydicom
import pytest

from efface.transforms.core.errors import FrameDecodeError, PixelFactsError, SourceReadError, StructureError
from efface.transforms.core.malformed import malformed, place_of


class _Panic(Exception):
    pass


@pytest.mark.parametrize("error", [ValueError, RecursionError, MemoryError, OverflowError, UnicodeError, OSError, _Panic])
def test_any_error_of_a_parser_is_malformed_data(error: type[Exception]) -> None:
    with pytest.raises(StructureError) as caught, malformed():
        raise error("Doe^Jane")
    assert "Jane" not in str(caught.value)
    assert caught.value.__suppress_context__
    with pytest.raises(PixelFactsError), malformed(PixelFactsError):
        raise error("Doe^Jane")


def test_an_expected_error_is_not_turned() -> None:
    with pytest.raises(FrameDecodeError), malformed():
        raise FrameDecodeError("a frame")


def test_an_unreadable_source_is_not_malformed() -> None:
    with pytest.raises(SourceReadError), malformed():
        raise OSError(errno.EIO, "input/output error")


def test_own_mistakes_are_not_turned() -> None:
    @malformed(raised_in="pydicom.")
    def read(dataset: pydicom.Dataset, mistake: int) -> object:
        return dataset.Rows // mistake

    dataset = pydicom.Dataset()
    dataset.Rows = 4
    assert read(dataset, 2) == 2
    with pytest.raises(ZeroDivisionError):
        read(dataset, 0)
    element = pydicom.dataelem.RawDataElement(pydicom.tag.Tag(0x00280010), "US", 3, b"abc", 0, False, True)
    dataset._dict[element.tag] = element
    with pytest.raises(StructureError):
        read(dataset, 2)


def test_a_place_is_module_and_line() -> None:
    try:
        raise ValueError
    except ValueError as error:
        assert place_of(error).startswith(f"{__name__}:")
        assert place_of(error, "pydicom.") == ""
