"""The sections of the header that this app brings."""
