"""Looks at a program's objects without running any of its code, which every ordinary look could.

`isinstance` may ask for __class__, `hasattr` and `getattr` call __getattr__ and properties, and so on: in the middle of
an execution that would be a step that no run of the program has, and after it there is no thread to take it.
"""

import types
from typing import Any

_MISSING = object()
_mro_of = type.__dict__["__mro__"].__get__
_space_of = type.__dict__["__dict__"].__get__


def found(kind: type, name: str) -> Any:
    """What a class, or a base of it, has under a name, as it stands in the class; None: nothing."""
    for base in _mro_of(kind):
        value = _space_of(base).get(name, _MISSING)
        if value is not _MISSING:
            return value
    return None


def is_one(obj: Any, kinds: type | tuple[type, ...]) -> bool:
    """isinstance by what the object is, not by what it says."""
    return issubclass(type(obj), kinds)


def namespace(obj: Any) -> Any:
    """The object's own attributes; None: it has no dictionary, or hides it."""
    if is_one(obj, type):
        return _space_of(obj)
    descriptor = found(type(obj), "__dict__")
    if type(descriptor) not in (types.GetSetDescriptorType, types.MemberDescriptorType):
        return None  # a property, or nothing
    try:
        return descriptor.__get__(obj)
    except AttributeError:
        return None


def bases(kind: type) -> tuple[type, ...]:
    """The classes in which an attribute is looked up."""
    return _mro_of(kind)  # type: ignore[no-any-return]
