"""The attribute ``url`` of clients."""

from typing import Any

from pdsync.client.urls import check_base_url

__all__ = ["BaseUrl"]


class BaseUrl:
    """Base URL of an API, without a trailing slash, checked when it is set. On the class it reads as the default."""

    def __get__(self, instance: object | None, owner: Any) -> str:
        url: str = owner.default_url if instance is None else instance.__dict__["_url"]
        return url

    def __set__(self, instance: object, base_url: str) -> None:
        instance.__dict__["_url"] = check_base_url(base_url)
