"""What the pages of the portal cost: each as a multiple of a floor, a bare view measured in the same run.

Processor time only, that of Python and that of the database: other work on the machine does not count as ours.
"""
