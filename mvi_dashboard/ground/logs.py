"""What a log may not tell: the size of an answer, as that of what is sealed tells the digits of its price."""

from __future__ import annotations

import logging


class WithoutSizes(logging.Filter):
    """Leaves the size out of the lines of the built-in web server: (request, status, size)."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: the line stays."""
        if isinstance(record.args, tuple) and len(record.args) == 3:
            record.args = (*record.args[:2], "-")
        return True
