"""Faults: how the sandbox is made to fail. Rules say which requests fail, and how."""

from pdsync.sandbox.fault.error import FaultError
from pdsync.sandbox.fault.injector import FaultInjector, Strike

__all__ = ["FaultError", "FaultInjector", "Strike"]
