"""What comes in, noun by noun. Names and hints are what people read."""
