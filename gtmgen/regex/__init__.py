"""JavaScript's regular expressions, as far as one can tell from the pattern what they do."""
