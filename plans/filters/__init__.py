"""The filters of the lists, kept in the address."""
