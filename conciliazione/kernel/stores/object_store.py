"""Files in an S3 bucket. Who may have one is asked by the portal's pages, as for files on a disk: none has an address
of its own, and no page ever leads a browser to the bucket."""

import functools

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from .away import Away

IN_MEMORY = 2 * 1024 * 1024  # bytes of a file that is read; what goes beyond is on the disk meanwhile


def _asking(method):
    @functools.wraps(method)
    def asked(*arguments, **named):
        try:
            return method(*arguments, **named)
        except (BotoCoreError, ClientError) as error:
            raise Away(f"S3: {type(error).__name__}") from error

    return asked


class ObjectStore(S3Storage):
    """As Django's storage in a folder: names are never taken twice, errors are those of files."""

    def get_default_settings(self):
        return super().get_default_settings() | {
            "file_overwrite": False,
            "default_acl": None,  # the bucket is private, and so is what lies in it
            "gzip": False,
            "max_memory_size": IN_MEMORY,
            # nothing that a page waits for may wait for ever; checksums that not every store knows only where demanded
            "client_config": Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"mode": "standard", "max_attempts": 3},
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }

    @_asking
    def _open(self, name, mode="rb"):
        file = super()._open(name, mode)
        if "w" not in mode:
            file.open()  # fetched now: whoever reads it later need not know where it came from
        return file

    _save = _asking(S3Storage._save)
    delete = _asking(S3Storage.delete)
    exists = _asking(S3Storage.exists)
    size = _asking(S3Storage.size)
    get_modified_time = _asking(S3Storage.get_modified_time)
    listdir = _asking(S3Storage.listdir)

    def url(self, name, parameters=None, expire=None, http_method=None):
        raise NotImplementedError("A file of the portal has no address of its own: a page hands it out.")
