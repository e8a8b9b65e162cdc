"""Credentials: a login in the browser, where its token is kept, and what it is worth."""
