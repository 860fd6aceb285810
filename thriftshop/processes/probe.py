"""The image's health check: requests `/livez` of the server in this container, with the standard library only."""

import http.client
import os
import sys


def main() -> int:
    """Return 0 if `/livez` answers 200 on PORT; otherwise 1, with the reason on stderr."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=2)
    try:
        connection.request("GET", "/livez")
        status = connection.getresponse().status
    except OSError as error:
        sys.stderr.write(f"/livez does not answer: {error}\n")
        return 1
    if status != 200:
        sys.stderr.write(f"/livez answers {status}\n")
    return int(status != 200)


if __name__ == "__main__":
    sys.exit(main())
