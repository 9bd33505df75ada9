"""Every write of this app. One module a noun; each function is one act of a person, or of the portal itself."""
