"""The addresses in the environment that say where things are kept, as Django wants them."""

from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

FILE_SYSTEM = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
SESSION_ENGINES = {
    "database": "django.contrib.sessions.backends.db",
    "cached_db": "conciliazione.kernel.stores.cached_sessions",
    "cache": "conciliazione.kernel.stores.cache_sessions",
}


def storage_at(address: str) -> dict:
    """The storage of `FILES`: empty for the folder MEDIA_ROOT, or s3://bucket/folder?endpoint=https://…&region=….

    The keys of the bucket are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or what the machine's own role gives.
    """
    if not address:
        return FILE_SYSTEM
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query))
    endpoint, region = options.pop("endpoint", None), options.pop("region", None)
    if parts.scheme != "s3" or not parts.hostname or parts.hostname != parts.netloc or options:
        raise ImproperlyConfigured(
            "FILES must be s3://bucket or s3://bucket/folder, with ?endpoint=https://host&region=name where needed."
        )
    found = {"bucket_name": parts.netloc, "location": parts.path.strip("/")}
    found |= {"endpoint_url": endpoint} if endpoint else {}
    found |= {"region_name": region} if region else {}
    return {"BACKEND": "conciliazione.kernel.stores.object_store.ObjectStore", "OPTIONS": found}


def cache_at(place: dict) -> dict:
    """A Redis among CACHES: values as JSON, and no answer within seconds is none."""
    if "redis" not in place["BACKEND"].lower():
        return place
    waits = {"socket_connect_timeout": 1, "socket_timeout": 2, "health_check_interval": 30}
    return {
        **place,
        "BACKEND": "conciliazione.kernel.stores.shared_cache.SharedCache",
        "OPTIONS": {**waits, "serializer": "conciliazione.kernel.stores.shared_cache.Json", **place.get("OPTIONS", {})},
    }


def session_engine(wanted: str, cache: dict) -> str:
    """The engine of `SESSIONS`; a cache that not every process sees cannot keep them."""
    if wanted not in SESSION_ENGINES:
        raise ImproperlyConfigured(f"SESSIONS must be one of: {', '.join(SESSION_ENGINES)}.")
    if wanted != "database" and not cache["BACKEND"].endswith("SharedCache"):
        raise ImproperlyConfigured(f"SESSIONS={wanted} needs a Redis that every process sees: CACHE_URL=redis://host.")
    return SESSION_ENGINES[wanted]


def replicas_at(urls: list[str], parsed, primary: dict) -> dict[str, dict]:
    """Alias -> database of each replica: as the primary's, and whoever does not answer soon does not answer."""
    if urls and "postgresql" not in primary["ENGINE"]:
        raise ImproperlyConfigured("REPLICA_URLS names replicas of a PostgreSQL, and DATABASE_URL is none.")
    alike = ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS", "DISABLE_SERVER_SIDE_CURSORS")
    kept = {name: primary[name] for name in alike if name in primary}
    waits = {"connect_timeout": 2, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2}
    found = {}
    for number, url in enumerate(urls, 1):
        place = parsed(url)
        options = {**waits, "tcp_user_timeout": 5000, **place.get("OPTIONS", {})}
        found[f"replica{number}"] = {**place, **kept, "OPTIONS": options, "TEST": {"MIRROR": "default"}}
    return found
