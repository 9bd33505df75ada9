"""The addresses of the plans app, one module a noun."""
