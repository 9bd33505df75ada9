"""Networks in any number, to measure the portal with: true names of the territories of 2014-16, all the rest invented.

Rows go straight into the tables, in the state in which the services would have left them, without their history.
"""
