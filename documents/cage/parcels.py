"""Typed values ↔ JSON and blobs, by their annotations: what comes out of the cage is data, whatever happened inside.

Knows str, int, float, bool, None, bytes, datetime, date, Enum, Literal, Optional, tuple, list, dict with text keys,
dataclasses and named tuples of these. Longer bytes travel beside the JSON, uncopied.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Final, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

SHORT: Final = 4096
PLAIN: Final = (str, bool, int)

Blobs = list[bytes]
Pack = Callable[[Any, Blobs], Any]
Unpack = Callable[[Any, Sequence[bytes]], Any]


class Mismatch(ValueError):  # noqa: N818 - what happened, in a word
    """A value that is not of the type its place promises."""


class Codec(NamedTuple):
    pack: Pack
    unpack: Unpack


@cache
def codec(hint: Any) -> Codec:
    """How values of this annotation are written and read back."""
    if hint in PLAIN or hint is None or hint is types.NoneType:
        return plain(hint or types.NoneType)
    if special := SPECIAL.get(hint):
        return special
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return Codec(lambda value, _blobs: value, lambda value, _blobs: inner[inner.index(value)])
    if origin in {Union, types.UnionType}:
        return optional(inner)
    if origin in {tuple, list, dict}:
        return {tuple: of_tuple, list: of_list, dict: of_dict}[origin](inner)
    if isinstance(hint, type):
        return of_class(hint)
    raise TypeError(f"Nothing of type {hint} leaves the cage.")


def plain(kind: type) -> Codec:
    def unpack(value: Any, _blobs: Sequence[bytes]) -> Any:
        if type(value) is not kind:
            raise Mismatch(f"{kind.__name__} expected")
        return value

    return Codec(lambda value, _blobs: value, unpack)


def pack_bytes(value: bytes, blobs: Blobs) -> str | int:
    if len(value) < SHORT:
        return value.decode("latin-1")
    blobs.append(value)
    return len(blobs) - 1


def unpack_bytes(value: Any, blobs: Sequence[bytes]) -> bytes:
    if isinstance(value, str):
        return value.encode("latin-1")
    return blobs[index(value)]


def index(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise Mismatch("bytes expected")
    return value


SPECIAL: Final[Mapping[Any, Codec]] = {
    bytes: Codec(pack_bytes, unpack_bytes),
    float: Codec(lambda value, _blobs: value, lambda value, _blobs: float(value)),
    datetime: Codec(lambda value, _blobs: value.isoformat(), lambda value, _blobs: datetime.fromisoformat(value)),
    date: Codec(lambda value, _blobs: value.isoformat(), lambda value, _blobs: date.fromisoformat(value)),
}


def optional(inner: tuple[Any, ...]) -> Codec:
    """`X | None`; other unions say nothing about which of them a value is."""
    kinds = [kind for kind in inner if kind is not types.NoneType]
    if len(kinds) != 1 or len(inner) != 2:
        raise TypeError(f"Of {inner}, only one may leave the cage.")
    pack, unpack = codec(kinds[0])
    return Codec(
        lambda value, blobs: None if value is None else pack(value, blobs),
        lambda value, blobs: None if value is None else unpack(value, blobs),
    )


def listed(value: Any) -> list[Any]:
    if type(value) is not list:
        raise Mismatch("a list expected")
    return value


def of_list(inner: tuple[Any, ...]) -> Codec:
    pack, unpack = codec(inner[0])
    return Codec(
        lambda value, blobs: [pack(one, blobs) for one in value],
        lambda value, blobs: [unpack(one, blobs) for one in listed(value)],
    )


def of_tuple(inner: tuple[Any, ...]) -> Codec:
    if len(inner) == 2 and inner[1] is Ellipsis:
        pack, unpack = of_list(inner)
        return Codec(pack, lambda value, blobs: tuple(unpack(value, blobs)))
    return in_order(inner, make=lambda *values: values, take=tuple)


def of_dict(inner: tuple[Any, ...]) -> Codec:
    if inner[0] is not str:
        raise TypeError("Only text keys leave the cage.")
    pack, unpack = codec(inner[1])
    return Codec(
        lambda value, blobs: {key: pack(one, blobs) for key, one in value.items()},
        lambda value, blobs: {key: unpack(one, blobs) for key, one in value.items()},
    )


def of_class(kind: type) -> Codec:
    if issubclass(kind, Enum):
        return Codec(lambda value, _blobs: value.value, lambda value, _blobs: kind(value))
    hints = get_type_hints(kind)
    make: Callable[..., Any] = kind
    if dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind)]
    elif issubclass(kind, tuple) and hasattr(kind, "_fields"):
        names = list(kind._fields)
    else:
        raise TypeError(f"Nothing of type {kind.__name__} leaves the cage.")
    return in_order(
        tuple(hints[name] for name in names),
        make=make,
        take=lambda value: tuple(getattr(value, name) for name in names),
    )


def in_order(hints: tuple[Any, ...], *, make: Callable[..., Any], take: Callable[[Any], Sequence[Any]]) -> Codec:
    """Fields by their place, each with its own type."""
    codecs = [codec(hint) for hint in hints]

    def pack(value: Any, blobs: Blobs) -> Any:
        return [one.pack(part, blobs) for one, part in zip(codecs, take(value), strict=True)]

    def unpack(value: Any, blobs: Sequence[bytes]) -> Any:
        return make(*[one.unpack(part, blobs) for one, part in zip(codecs, listed(value), strict=True)])

    return Codec(pack, unpack)


@cache
def signature(task: Callable[..., Any]) -> tuple[Codec, Codec]:
    """The codecs of a function's arguments, taken together, and of its result."""
    hints = get_type_hints(task)
    result = codec(hints.pop("return"))
    return in_order(tuple(hints.values()), make=lambda *values: values, take=tuple), result
