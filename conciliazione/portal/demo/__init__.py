"""The demonstration: the story of the Cremona network, told through the services, one module a stage."""
