"""What has changed between two documentations."""
