"""The icons of the portal: strokes on a 24 x 24 grid, drawn in the colour of the text."""

from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

ICONS = {
    "arrow-down": "M12 5v14m-6-6 6 6 6-6",
    "arrow-left": "M19 12H5m6-6-6 6 6 6",
    "arrow-right": "M5 12h14m-6-6 6 6-6 6",
    "arrow-up": "M12 19V5M6 11l6-6 6 6",
    "bell": "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
    "building": "M4 21V9l8-5 8 5v12M3 21h18M9 21v-5h6v5M8 11h.01M12 11h.01M16 11h.01",
    "calendar": "M4 6h16v14H4zM4 10h16M8 3v5m8-5v5",
    "chart": "M4 20V10m6 10V4m6 16v-8m4 8H3",
    "check": "m5 12.5 4.5 4.5L19 7.5",
    "chevron-down": "m6 9 6 6 6-6",
    "chevron-left": "m15 6-6 6 6 6",
    "chevron-right": "m9 6 6 6-6 6",
    "circle": "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
    "clock": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.5l3 2",
    "cross": "M6 6l12 12M18 6 6 18",
    "dash": "M6 12h12",
    "document": "M6 3h8l4 4v14H6zM14 3v5h4M9 13h6M9 17h6",
    "dot": "M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
    "dots": "M6 12h.01M12 12h.01M18 12h.01",
    "download": "M12 4v11m-5-5 5 5 5-5M4 20h16",
    "error": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v5M12 16h.01",
    "euro": "M18 7a7 7 0 1 0 0 10M4 10.5h9M4 13.5h9",
    "external": "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
    "filter": "M4 6h16M7 12h10M10 18h4",
    "flag": "M6 21V4m0 1h11l-2 4 2 4H6",
    "history": "M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.5l3 2",
    "home": "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
    "info": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 11v5M12 8h.01",
    "list": "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "login": "M13 4h6v16h-6M4 12h10m-4-4 4 4-4 4",
    "logout": "M11 4H5v16h6M10 12h10m-4-4 4 4-4 4",
    "mail": "M3.5 6h17v12h-17zM4 6.5l8 6.5 8-6.5",
    "map": "M9 5 4 7v13l5-2 6 2 5-2V5l-5 2zM9 5v13M15 7v13",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "pencil": "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
    "people": "M9 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3 19c0-3 2.5-5 6-5s6 2 6 5M16 5.5a3 3 0 0 1 0 5.5m2 3.4q3 1.5 3 4.6",
    "plus": "M12 5v14M5 12h14",
    "print": "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
    "question": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9.8 9.8a2.3 2.3 0 1 1 3.3 2.4c-.7.4-1.1.8-1.1 1.6M12 16.5h.01",
    "search": "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.5 15.5 20 20",
    "sort": "M8 10l4-4 4 4M8 14l4 4 4-4",
    "trash": "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
    "upload": "M12 15V4m-5 5 5-5 5 5M4 20h16",
    "user": "M12 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM5 20c0-3.5 3-5.5 7-5.5s7 2 7 5.5",
    "warning": "M12 4 2.8 20h18.4zM12 10v4.5M12 17h.01",
}


@lru_cache(maxsize=512)  # a list draws the same few in each of its rows
def svg(name: str, label: str = "", css: str = "") -> SafeString:
    """The icon as inline SVG. Without a label it is an ornament, hidden from screen readers."""
    meaning = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(  # noqa: S308 # nosec B308 B703 -- paths are ours, what is passed in is escaped
        f'<svg class="icon-line {escape(css)}" viewBox="0 0 24 24" width="24" height="24" fill="none" '
        f'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" focusable="false" '
        f'{meaning}><path d="{ICONS[name]}"/></svg>'
    )
