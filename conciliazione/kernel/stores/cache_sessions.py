"""Sessions in the cache alone: the database is not asked, and what the cache loses is lost.

While the cache is away pages answer 503. Django's own store would take an unanswered question for «no session», and
with it away sign everybody out.
"""

from django.contrib.sessions.backends.cache import SessionStore as CacheStore


class SessionStore(CacheStore):
    def load(self):
        found = self._cache.get(self.cache_key)
        if found is None:
            self._session_key = None
            return {}
        return found
