"""Tracking as code: a YAML spec that becomes a Google Tag Manager container."""

__version__ = "0.1.0"
