"""Digital signatures: reading a signed file, judging who signed it and what, and keeping what was found.

`reading.read` says who signed a file and whether each signature holds; `acceptance.verify` also asks that it is the
document that the portal issued, signed by whom it was expected from. `identification.identified_how` says how whoever
accepts in the portal was identified.
"""
