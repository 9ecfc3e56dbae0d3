"""pdsync keeps a PagerDuty account in sync with YAML manifests in git."""

from pdsync.version import __version__

__all__ = ["__version__"]
