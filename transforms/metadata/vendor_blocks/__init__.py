"""Private attributes that hold a whole header of a vendor's: they are parsed, and built anew from the names of an allow-list.

Nothing is copied: what no list names, what has another form than its name asks for, and what stands between the parts does not
travel. Each module turns bytes into bytes, without pydicom; lengths and counts in the input may be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from . import ge_protocol, ge_user_data, siemens_csa, siemens_protocol

REBUILDERS: Mapping[str, Callable[[bytes], bytes | None]] = MappingProxyType(
    {
        "siemens_csa": siemens_csa.rebuild,
        "siemens_protocol": siemens_protocol.rebuild,
        "ge_protocol": ge_protocol.rebuild,
        "ge_user_data": ge_user_data.rebuild,
    }
)
"""Form of the table of private attributes -> what builds a value anew; None where nothing in it is on the list."""
