"""The last hour of a call, played against the running portal: leads sign in, draft, upload, hand in, until it closes.

Everything is bounded (leads, seconds), seeded, and stays on this machine. What the portal told each lead is written
down while it happens and held against the database afterwards.
"""
