"""Logs as lines of JSON, each with the id of its request, and without personal data.

What never enters a line: names, mail addresses, network addresses, the query of an address (it may hold what somebody
searched), tokens in an address. A person is their key in the database.
"""

import re
from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

# parts of an address that let somebody in: invitations, resets of a password, personal links (words have no capitals)
SECRET_PART = re.compile(r"(?<=/)(?=[^/]*[A-Z0-9:_])[\w:-]{20,}(?=/|$)")
MAIL_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


def without_personal_data(logger: Any, method: str, event: dict) -> dict:
    """A structlog processor: drops the browser's signature, masks mail addresses and tokens in every text."""
    event.pop("user_agent", None)
    for key, value in event.items():
        if isinstance(value, str) and key not in {"timestamp", "logger", "request_id"}:
            event[key] = MAIL_ADDRESS.sub("[mail]", value)
    return event


class RequestLogMiddleware(RequestMiddleware):
    """One line a request; the id goes back in `X-Request-ID` and stands on the page of an error."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {SECRET_PART.sub('[token]', request.path)}"

    def prepare(self, request: HttpRequest) -> None:
        super().prepare(request)
        request.id = structlog.contextvars.get_contextvars()["request_id"]

    def handle_response(self, request: HttpRequest, response) -> None:
        response["X-Request-ID"] = request.id
        super().handle_response(request, response)


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    without_personal_data,
]


def configure(*, level: str, as_json: bool) -> dict:
    """Set structlog up and return Django's LOGGING: everything to standard output, one line an event."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            # its lines repeat ours, with the whole address
            "django.request": {"level": "CRITICAL"},
            "django.server": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }
