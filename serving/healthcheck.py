"""`python -m serving.healthcheck`: exit status 0 when the service that these settings describe lives, 1 when not.

For a container's health check, where there is no curl. It asks on loopback, whatever address the service listens on.
"""

import sys
from http.client import HTTPConnection, HTTPException

from serving.settings import Settings, is_loopback

_SECONDS = 4.0


def main() -> int:
    """Exit status."""
    settings = Settings()
    host = settings.host.strip("[]") if is_loopback(settings.host) else "127.0.0.1"
    connection = HTTPConnection(host, settings.port, timeout=_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
