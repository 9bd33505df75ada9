"""Where things are kept beside the database when several machines serve: files in an object store, what processes share
in Redis. Settings name these by their path; nothing here is imported where it is not used."""
