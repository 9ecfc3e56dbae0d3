"""Attributes of a client that are checked when they are set, or can be replaced: its base URL, the numbers that it can be tuned by."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from pdsync.client.urls import check_base_url

__all__ = ["BaseUrl", "Setting", "replaceable"]

if TYPE_CHECKING:
    replaceable = property
else:

    class replaceable:  # noqa: N801 (a decorator, in place of ``property``)
        """A property that an instance can replace by an attribute of its own, as a test does that patches one client."""

        def __init__(self, compute: Callable[[Any], Any]) -> None:
            self._compute = compute
            self.__doc__ = compute.__doc__

        def __get__(self, instance: Any, owner: type) -> Any:
            return self if instance is None else self._compute(instance)


class BaseUrl:
    """Base URL of an API, without a trailing slash, checked when it is set. On the class it reads as the default."""

    def __get__(self, instance: object | None, owner: Any) -> str:
        url: str = owner.default_url if instance is None else instance.__dict__["_url"]
        return url

    def __set__(self, instance: object, base_url: str) -> None:
        instance.__dict__["_url"] = check_base_url(base_url)


Number = TypeVar("Number", bound=float)


class Setting(Generic[Number]):
    """An attribute with a default, kept per instance and never below ``minimum``.

    On the class it reads as the default, as the documented class attributes of the client do.
    """

    def __init__(self, default: Number, minimum: Number) -> None:
        self._default = default
        self._minimum = minimum
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Number: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Number: ...
    def __get__(self, instance: object | None, owner: type) -> Number:
        if instance is None:
            return self._default
        return cast(Number, instance.__dict__.get(self._name, self._default))

    def __set__(self, instance: object, value: Number) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= self._minimum:
            raise ValueError(f"{self._name} must be a number of at least {self._minimum}, not {value!r}")
        instance.__dict__[self._name] = value
