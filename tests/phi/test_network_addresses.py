import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.phi.network_addresses import find_network_addresses
from efface.transforms.phi.rules import Rule
from support.identifying import without_identifying

FRAMES = ["{}", "knee {} left", "({})", "see {}, please", "at {}."]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(
    "address",
    [
        "q.tamm@oakhollow.example", "müller@klinik-köln.de", "q_tamm+ct@a.b.c", "q.tamm [at] oakhollow [dot] org",
        "q.tamm(at)oakhollow.org",
        "q.tamm at oakhollow.org", "q.tamm at oakhollow dot org", "qtamm＠oakhollow.org", "qtamm@pacs",
        "https://portal.oakhollow.example/pt/12", "www.oakhollow.example", "portal.oakhollow.org/x",
        "oakhollow-pacs.local", "x.nhs.uk",
        "10.1.2.33", "192.168.0.17", "172.16.4.9:104", "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
        "fe80::1ff:fe23:4567:890a",
        "00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e",
    ],
)  # fmt: skip
def test_an_address_of_the_net_goes_whole(address: str, frame: str) -> None:
    assert without_identifying(frame.format(address)) == frame.format("_")


@given(st.ip_addresses(v=4), st.sampled_from(["IP {}", "host: {}", "PACS {} down"]))
def test_behind_its_label_every_ipv4_address_counts(address: ipaddress.IPv4Address, frame: str) -> None:
    spans = [found.span for found in find_network_addresses(frame.format(address)) if found.rule is Rule.NETWORK_ADDRESS]
    assert (frame.index("{"), frame.index("{") + len(str(address))) in spans


@pytest.mark.parametrize(
    "text",
    [
        "version 10.0.22.1", "syngo.via 20.30.0.11", "v12.0.1.2", "SW 11.5.0.13", "DICOM 1.2.840.10008", "4.7.1.2",
        "C.7.6.3.1", "Rel. 10.2.0.4",
        "ratio 3:1", "10:15:30", "T2:FLAIR", "0.5:1.2", "at 3 T", "at level L4. Disc", "mean at peak. Dose", "1:2:3",
        "a @ b",
    ],
)  # fmt: skip
def test_versions_times_and_ratios_are_no_addresses(text: str) -> None:
    assert without_identifying(text) == text
