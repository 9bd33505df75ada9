"""What comes in: the forms of the plans app."""
