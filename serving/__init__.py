"""Analysis of Arabic news as a batch run and an HTTP service. Needs no torch and never imports `training`."""

__version__ = "0.1.0"
