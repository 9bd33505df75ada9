"""The law on alliances and their agreements as plain Python: values in, verdict out."""
