"""Where code is hosted: the one comment that a review keeps on a pull request."""
