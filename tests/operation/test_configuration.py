"""What the settings for several machines mean, and what is refused; the servers themselves: test_several_machines."""

import time

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections
from django.http import HttpResponse
from environ import Env

from conciliazione.kernel import documents, failures, replicas
from conciliazione.kernel.models import Notice, TrailEntry
from conciliazione.kernel.operation import backup
from conciliazione.kernel.stores import away, cache_sessions, cached_sessions, object_store, places, shared_cache
from network.models import Network, NetworkGroupObjectPermission, Person, Seat

POSTGRES = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60, "DISABLE_SERVER_SIDE_CURSORS": True}
GONE = {"BACKEND": "conciliazione.kernel.stores.shared_cache.SharedCache", "LOCATION": "redis://127.0.0.1:1/0"}


class TestPlaces:
    def test_without_settings_nothing_of_it_is_there(self):
        assert list(settings.DATABASES) == ["default"]
        assert settings.DATABASE_ROUTERS == []
        assert not any("replicas" in name for name in settings.MIDDLEWARE)
        assert places.storage_at("")["BACKEND"].endswith("FileSystemStorage")
        assert places.replicas_at([], Env.db_url_config, {"ENGINE": "django.db.backends.sqlite3"}) == {}

    def test_a_replica_is_reached_as_the_primary_and_not_waited_for(self):
        found = places.replicas_at(["postgres://u:p@one/d", "postgres://u:p@two/d"], Env.db_url_config, POSTGRES)
        assert [(alias, place["HOST"]) for alias, place in found.items()] == [("replica1", "one"), ("replica2", "two")]
        assert found["replica1"]["DISABLE_SERVER_SIDE_CURSORS"] is True
        assert found["replica1"]["OPTIONS"]["connect_timeout"] == 2

    def test_a_bucket(self):
        found = places.storage_at("s3://archivio/rete/file?endpoint=https://s3.example.org:9000&region=eu-south-1")
        assert found["OPTIONS"] == {
            "bucket_name": "archivio",
            "location": "rete/file",
            "endpoint_url": "https://s3.example.org:9000",
            "region_name": "eu-south-1",
        }
        store = object_store.ObjectStore(**found["OPTIONS"])
        assert (store.file_overwrite, store.default_acl) == (False, None)
        with pytest.raises(NotImplementedError, match="no address"):
            store.url("files/uno.pdf")

    @pytest.mark.parametrize(
        "address", ["/var/files", "s3://", "https://s3.example.org/b", "s3://k:s@b", "s3://b?public=yes"]
    )
    def test_an_address_that_is_no_bucket(self, address):
        with pytest.raises(ImproperlyConfigured, match="FILES must be"):
            places.storage_at(address)

    def test_redis_keeps_json_and_answers_soon(self):
        found = places.cache_at(Env.cache_url_config("redis://127.0.0.1:6379/0"))
        assert found["BACKEND"].endswith("SharedCache")
        assert found["OPTIONS"]["socket_timeout"] == 2
        json = shared_cache.Json()
        for value in (True, "è", [1.5], {"a": None}):
            assert json.loads(json.dumps(value)) == value
        assert json.dumps(3) == 3 == json.loads(b"3")
        with pytest.raises(ValueError, match="decode"):
            json.loads(b"\x80\x05K\x01.")  # a pickle

    def test_sessions_in_a_cache_need_one_that_all_see(self):
        assert places.session_engine("database", {"BACKEND": "any"}).endswith("backends.db")
        assert places.session_engine("cache", GONE).endswith("cache_sessions")
        with pytest.raises(ImproperlyConfigured, match="CACHE_URL=redis"):
            places.session_engine("cached_db", {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"})
        with pytest.raises(ImproperlyConfigured, match="one of: database, cached_db, cache"):
            places.session_engine("redis", GONE)

    def test_replicas_of_sqlite_are_refused(self):
        with pytest.raises(ImproperlyConfigured, match="replicas of a PostgreSQL"):
            places.replicas_at(["postgres://one/d"], Env.db_url_config, {"ENGINE": "django.db.backends.sqlite3"})


class TestRouting:
    @pytest.mark.parametrize(
        "model", [Session, Person, Seat, Person.groups.through, NetworkGroupObjectPermission, TrailEntry]
    )
    def test_the_door_is_on_the_primary(self, model):
        here = replicas.Following()
        here.may, here.alias = True, "replica1"
        assert here.reads_from(model) == "default"

    def test_pages_are_on_the_replica_until_they_write(self):
        here = replicas.Following()
        here.alias = "replica1"
        assert here.reads_from(Network) == "default"  # no view of a GET is under way
        here.may = True
        assert here.reads_from(Network) == "replica1"
        here.wrote = True
        assert here.reads_from(Network) == "default"

    @pytest.mark.django_db
    def test_in_a_transaction_the_primary_is_read(self):
        here = replicas.Following()
        here.may, here.alias = True, "replica1"
        assert connections["default"].in_atomic_block
        assert here.reads_from(Network) == "default"

    @pytest.mark.parametrize(
        ("statement", "wrote"),
        [
            ('SELECT 1 FROM "network_network" FOR UPDATE', False),
            ("SAVEPOINT s1", False),
            (f'UPDATE "{Notice._meta.db_table}" SET read_at = %s', True),
            (f'INSERT INTO "{Network._meta.db_table}" VALUES (1)', True),
            ('DELETE FROM "plans_call" WHERE id = 1', True),
            ("WITH gone AS (DELETE FROM plans_call RETURNING id) SELECT * FROM gone", True),
            ('UPDATE "django_session" SET session_data = %s', False),
            (f'INSERT INTO "{TrailEntry._meta.db_table}" VALUES (1)', False),
            ('INSERT INTO "django_tasks_database_dbtaskresult" VALUES (1)', False),
        ],
    )
    def test_what_counts_as_writing(self, statement, wrote):
        here = replicas.Following()
        assert here.watch(lambda *asked: "done", statement, [], False, {}) == "done"
        assert here.wrote is wrote

    def test_nothing_but_the_primary_is_written_or_migrated(self):
        router = replicas.Router()
        assert router.db_for_write(Network) == router.db_for_read(Network) == "default"
        assert router.allow_migrate("replica1", "network") is False


@pytest.mark.django_db
class TestRequests:
    @pytest.mark.parametrize(
        ("model", "marked"), [(Notice, True), (Session, False), (TrailEntry, False)], ids=lambda value: str(value)
    )
    def test_who_wrote_what_pages_read_is_marked(self, rf, model, marked):
        def write(request):
            model.objects.filter(pk="0").delete()
            name = model._meta.db_table
            with connections["default"].cursor() as cursor:
                cursor.execute(f'DELETE FROM "{name}" WHERE 1 = 0')
            return HttpResponse()

        answer = replicas.ReplicaReads(write)(rf.post("/"))
        assert ("wrote" in answer.cookies) is marked
        if marked:
            mark = answer.cookies["wrote"]
            assert (mark["max-age"], mark["httponly"], mark["samesite"]) == (settings.REPLICA_SECONDS + 1, True, "Lax")

    def test_who_only_read_is_not_marked(self, rf):
        answer = replicas.ReplicaReads(lambda request: HttpResponse(str(Network.objects.count())))(rf.post("/"))
        assert "wrote" not in answer.cookies

    @pytest.fixture
    def with_replica(self, settings, monkeypatch):
        """As with REPLICA_URLS, but the replica breaks whenever it is read."""
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, "conciliazione.kernel.replicas.ReplicaReads"]
        settings.DATABASE_ROUTERS = ["conciliazione.kernel.replicas.Router"]
        broken, replica = [], replicas.Replica("replica1")
        monkeypatch.setattr(replica, "gone", lambda: broken.append("gone"))
        monkeypatch.setitem(replicas._replicas, "replica1", replica)

        def read(self, model):
            if not self.may or replicas.is_on_primary(model):
                return "default"
            self.alias = "replica1"
            broken.append(model)
            raise OperationalError("terminating connection due to administrator command")

        monkeypatch.setattr(replicas.Following, "reads_from", read)
        return broken

    def test_a_page_that_a_replica_could_not_give_is_asked_of_the_primary(self, client, with_replica):
        answer = client.get("/")
        assert answer.status_code == 200
        assert len(with_replica) == 2
        assert with_replica[1] == "gone"

    def test_whoever_is_marked_reads_the_primary(self, client, with_replica):
        client.cookies["wrote"] = "1"
        assert client.get("/").status_code == 200
        assert with_replica == []


class TestProof:
    """A replica is read while it is proven to have what was committed REPLICA_SECONDS ago."""

    @pytest.fixture
    def nodes(self, monkeypatch):
        found = {"default": (7, False, 100), "replica1": (7, True, 100)}

        def position(alias):
            if isinstance(found[alias], Exception):
                raise found[alias]
            return found[alias]

        monkeypatch.setattr(replicas, "_position", position)
        return found

    @pytest.fixture
    def moments(self, monkeypatch):
        now = [1000.0]
        monkeypatch.setattr(time, "monotonic", lambda: now[0])
        return now

    def later(self, moments, seconds):
        moments[0] += seconds

    def test_late_then_level_again(self, nodes, moments):
        replica = replicas.Replica("replica1")
        assert replica.usable()
        nodes["default"] = (7, False, 200)  # the primary goes on, the replica stands still
        for second in range(1, settings.REPLICA_SECONDS + 1):
            self.later(moments, 1)
            assert replica.usable(), second
        self.later(moments, 1)
        assert not replica.usable()
        nodes["replica1"] = (7, True, 200)
        self.later(moments, 1)
        assert replica.usable()

    def test_one_that_has_not_caught_up_is_not_believed_at_first(self, nodes, moments):
        nodes["replica1"] = (7, True, 99)
        replica = replicas.Replica("replica1")
        assert not replica.usable()
        nodes["default"], nodes["replica1"] = (7, False, 150), (7, True, 120)
        self.later(moments, 1)
        assert replica.usable()  # it has all that there was a second ago

    @pytest.mark.parametrize("other", [(8, True, 100), (7, False, 100)], ids=["of another cluster", "promoted"])
    def test_what_is_no_replica_of_ours_is_not_read(self, nodes, other):
        nodes["replica1"] = other
        replica = replicas.Replica("default")
        replica.alias = "replica1"
        replica.gone = lambda: setattr(replica, "proven_at", float("-inf"))
        assert not replica.usable()

    def test_one_that_is_away_is_asked_again_only_after_a_while(self, nodes, moments, monkeypatch):
        monkeypatch.setattr(replicas, "connections", {"replica1": connections["default"]})
        monkeypatch.setattr(connections["default"], "close", lambda: None)
        nodes["replica1"] = OperationalError("away")
        replica = replicas.Replica("replica1")
        assert not replica.usable()
        nodes["replica1"] = (7, True, 100)
        self.later(moments, replicas.AGAIN_AFTER / 2)
        assert not replica.usable()
        self.later(moments, replicas.AGAIN_AFTER)
        assert replica.usable()


class TestAway:
    def test_a_store_that_is_away_is_a_page_that_says_so(self, rf):
        try:
            raise away.Away("Redis: ConnectionError")
        except away.Away:
            answer = failures.server_error(rf.get("/"))
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert "Non serve accedere di nuovo" in answer.content.decode()
        assert "Redis" not in answer.content.decode()

    @pytest.fixture
    def gone(self, monkeypatch):
        cache = shared_cache.SharedCache(GONE["LOCATION"], {"OPTIONS": {"socket_connect_timeout": 0.2}})
        for engine in (cached_sessions, cache_sessions):
            monkeypatch.setattr(f"{engine.__name__}.SessionStore._cache", cache, raising=False)
            monkeypatch.setattr(engine.SessionStore, "__init__", _without_cache(engine.SessionStore))
        return cache

    def test_every_question_to_a_redis_that_is_away_says_away(self, gone):
        for ask in (lambda: gone.get("a"), lambda: gone.add("a", 1), lambda: gone.delete("a"), lambda: gone.incr("a")):
            with pytest.raises(away.Away):
                ask()

    @pytest.mark.django_db
    def test_sessions_of_database_and_cache_do_without_it(self, gone):
        session = cached_sessions.SessionStore()
        session["seat"] = 7
        session.save()
        again = cached_sessions.SessionStore(session.session_key)
        assert again["seat"] == 7
        assert again.exists(session.session_key)
        again.delete()
        assert cached_sessions.SessionStore(session.session_key).get("seat") is None

    def test_sessions_of_the_cache_alone_are_not_taken_for_ended(self, gone):
        with pytest.raises(away.Away):
            cache_sessions.SessionStore("abcdefghijklmnopqrstuvwxyz012345").get("seat")

    def test_a_bucket_that_is_away_is_not_a_file_that_is_gone(self):
        options = places.storage_at("s3://b?endpoint=http://127.0.0.1:1&region=x")["OPTIONS"]
        store = object_store.ObjectStore(access_key="a", secret_key="b", **options)
        store.client_config.retries = {"max_attempts": 0}
        with pytest.raises(away.Away):
            store.open("files/uno.pdf")
        document = documents.IssuedDocument(code="K7QF-2M9X-TB4H", sha256="0" * 64)
        document.file.name = "documents/uno.pdf"
        document.file.storage = store
        with pytest.raises(away.Away):
            documents.content_of(document)


def _without_cache(store):
    base = store.__mro__[1].__mro__[1].__init__

    def init(self, session_key=None):
        base(self, session_key)

    return init


class TestCopies:
    def test_behind_pgbouncer_a_copy_needs_the_way_past_it(self, settings, monkeypatch):
        place = {**connections["default"].settings_dict, "DISABLE_SERVER_SIDE_CURSORS": True}
        monkeypatch.setattr(connections["default"], "settings_dict", place)
        with pytest.raises(backup.BackupError, match="DIRECT_DATABASE_URL"):
            backup._way_for_tools()
        settings.DIRECT_DATABASE_URL = "postgres://me@primary:5433/portale"
        assert (backup._way_for_tools()["HOST"], backup._way_for_tools()["PORT"]) == ("primary", 5433)
