"""One module for each rule about specs that `lint` alone checks, named after the rule."""
