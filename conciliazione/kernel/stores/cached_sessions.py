"""Sessions in the database, with what was read last in the cache: a page then asks the database for none.

The database is right. While the cache is away sessions are read from there, and nobody notices. What the cache did not
hear meanwhile (a session that was ended) it could believe alive when it is back: so it may believe anything for a
minute at most.
"""

import logging

from django.contrib.sessions.backends.cached_db import SessionStore as CachedStore
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from .away import Away

logger = logging.getLogger(__name__)
BELIEVED = 60  # seconds


class SessionStore(CachedStore):
    def load(self):
        try:
            found = self._cache.get(self.cache_key)
        except Away:
            return DatabaseStore.load(self)
        if found is None:
            found = DatabaseStore.load(self)
            if self.session_key is not None:  # it was in the database
                self._keep(found)
        return found

    def exists(self, session_key):
        return DatabaseStore.exists(self, session_key)

    def save(self, must_create=False):
        DatabaseStore.save(self, must_create)
        self._keep(self._session)

    def delete(self, session_key=None):
        DatabaseStore.delete(self, session_key)
        key = session_key or self.session_key
        try:
            if key is not None:
                self._cache.delete(self.cache_key_prefix + key)
        except Away:
            logger.warning("A session was ended while the cache was away.")

    def _keep(self, data) -> None:
        try:
            self._cache.set(self.cache_key, data, BELIEVED)
        except Away:
            logger.warning("A session was not kept in the cache: it is away.")
