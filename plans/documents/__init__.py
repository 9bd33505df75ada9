"""The documents that the plans app issues. Importing a module registers its kinds."""

from . import evaluation, plan, project, proposals, ranking  # noqa: F401
