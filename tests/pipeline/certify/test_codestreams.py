import io

import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit, JPEGLosslessSV1, JPEGLSLossless

from efface.pipeline.certify.codestreams import ADDERS, encode_frame


@given(st.integers(0, 2**16), st.sampled_from([8, 10, 12, 16]), st.integers(1, 40), st.integers(1, 40))
def test_the_lossless_encoder_is_lossless(seed, precision, rows, columns):
    values = np.random.RandomState(seed).random_sample((rows, columns)) * (2**precision - 1)
    frame = values.astype(np.uint8 if precision == 8 else np.uint16)
    assert np.array_equal(imagecodecs.jpeg8_decode(encode_frame(frame, JPEGLosslessSV1, precision)).reshape(frame.shape), frame)


@pytest.mark.parametrize("place", ADDERS)
@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEG2000Lossless, JPEGLSLossless, JPEGLosslessSV1])
def test_hidden_text_changes_no_pixel(place, syntax):
    frame = np.arange(64 * 48, dtype=np.int64).reshape(64, 48).astype(np.uint8)
    frame = np.stack([frame] * 3, axis=2) if syntax == JPEGBaseline8Bit else frame
    plain = encode_frame(frame, syntax, 8)
    hiding = ADDERS[place](plain, syntax, b"Doe^Jane 19570412")
    assert b"Doe^Jane" in hiding
    if syntax in (JPEGBaseline8Bit, JPEG2000Lossless):
        shown = [np.asarray(Image.open(io.BytesIO(data))) for data in (plain, hiding)]
    elif syntax == JPEGLosslessSV1:
        shown = [imagecodecs.jpeg8_decode(data) for data in (plain, hiding)]
    else:
        import jpeg_ls

        shown = [jpeg_ls.decode(np.frombuffer(data, np.uint8)) for data in (plain, hiding)]
    assert np.array_equal(*shown)
