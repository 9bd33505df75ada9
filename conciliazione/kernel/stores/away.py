"""What it is when a store does not answer: the page then says so, with status 503, and nobody is signed out."""


class Away(OSError):
    """A store that the portal stands on does not answer. An OSError, as a broken disk would be."""
