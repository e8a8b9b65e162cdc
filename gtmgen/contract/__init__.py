"""What the site pushes and what a server sends for an event: messages, schemas, examples."""
