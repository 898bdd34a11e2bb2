"""The page for people: one HTML file with all that it needs in it."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Final

HTML: Final = Path(__file__).with_name("page.html").read_text(encoding="utf-8")


def _hashes(element: str) -> str:
    bodies = re.findall(rf"<{element}>(.*?)</{element}>", HTML, re.DOTALL)
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" for body in bodies)


POLICY: Final = (
    f"default-src 'none'; script-src {_hashes('script')}; style-src {_hashes('style')}; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page may run its own script and style and ask its own server, and nothing else."""
