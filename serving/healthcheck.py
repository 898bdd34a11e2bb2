"""`python -m serving.healthcheck`: exit status 0 when the service that these settings describe lives, 1 when not.

For a container's health check, where there is no curl. It asks at the address that the service listens on, and on
loopback where that is every address.
"""

import sys
from http.client import HTTPConnection, HTTPException

from serving.settings import Settings

_SECONDS = 4.0
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def main() -> int:
    """Exit status."""
    settings = Settings()
    host = settings.host.strip("[]")
    connection = HTTPConnection(_LOOPBACK.get(host, host), settings.port, timeout=_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
