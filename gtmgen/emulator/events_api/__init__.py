"""A local Events API: answers a backend as TikTok does, and keeps what it got.

It knows nothing of specs: what a contract says comes in as plain data and a function.
"""
