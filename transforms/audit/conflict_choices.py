"""What a policy may ask for where sources contradict each other. Apart, so that reading a policy loads no tables."""

from __future__ import annotations

ON_CONFLICT = ("quarantine", "newest")
"""What may happen to sources with one SOP Instance UID and other content."""
ON_PEOPLE = ("report", "quarantine")
"""What may happen to the instances of such patients."""
