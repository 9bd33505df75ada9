"""Every write of the alliances app: `by=` the acting person, one transaction, trace and notices inside."""
