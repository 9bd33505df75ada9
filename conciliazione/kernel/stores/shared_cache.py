"""Redis as the cache of all processes.

What is kept there are codes that were used, attempts that are counted and, if `SESSIONS` says so, sessions. Whoever
asks while Redis is away gets `Away`: a code cannot be believed unused because nobody can look. Values are JSON, never
pickles: to write into Redis is not to run code in the portal.
"""

import json

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from .away import Away


class Json:
    """How values are written; whole numbers stay numbers, so that Redis itself can count with them."""

    def dumps(self, value):
        return value if type(value) is int else json.dumps(value)

    def loads(self, data):
        return json.loads(data)


def _asking(name: str):
    def method(self, *arguments, **named):
        try:
            return getattr(RedisCache, name)(self, *arguments, **named)
        except RedisError as error:
            raise Away(f"Redis: {type(error).__name__}") from error

    method.__name__ = name
    return method


class SharedCache(RedisCache):
    """Django's own, with `Away` for every kind of failure."""

    add, get, set, touch, delete = map(_asking, ("add", "get", "set", "touch", "delete"))
    get_many, has_key, incr = map(_asking, ("get_many", "has_key", "incr"))
    set_many, delete_many, clear = map(_asking, ("set_many", "delete_many", "clear"))
