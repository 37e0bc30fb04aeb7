"""Strict reading of JSON: every problem with its path, nothing half-read."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Never, TypeVar

from kumihimo.errors import InputError, Located, LocatedErrors

T = TypeVar("T")
LARGEST = 10**12
"""Largest magnitude of a number; minutes or yen beyond it are a slip of the pen."""
MAX_PROBLEMS = 200


class _KeyTwice(ValueError):
    pass


def parse_json(data: bytes, name: str) -> Any:
    """Return the JSON document in `data` (UTF-8).

    Raises
    ------
    InputError
        Not UTF-8, not JSON, NaN or infinite numbers, a key twice in one object, or nested too deeply.
    """
    try:
        text = data.decode("utf-8-sig")
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_key_twice)
    except UnicodeDecodeError:
        ja, en = "UTF-8の文書ではありません", "it is not UTF-8"
    except json.JSONDecodeError as error:
        ja = f"{error.lineno}行{error.colno}文字目でJSONとして読めません"
        en = f"it is not JSON at line {error.lineno}, character {error.colno}"
    except _KeyTwice as error:
        ja, en = f"同じキー「{error}」が一つのオブジェクトに2回あります", f"key '{error}' stands twice in one object"
    except RecursionError:
        ja, en = "入れ子が深すぎます", "it is nested too deeply"
    except (ValueError, MemoryError):
        ja, en = (
            "NaN・無限大、または桁の多すぎる数があります",
            "it holds NaN, infinity or a number with too many digits",
        )
    raise InputError(f"{name}: {ja}。直して渡してください。", f"{name}: {en}; mend it and try again.")


def _no_constant(text: str) -> Never:
    raise ValueError(text)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _KeyTwice(key[:60])
            seen.add(key)
    return found


class JsonReader:
    """Collects problems while values are taken out of a parsed document; `finish` raises if there were any."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Located] = []
        self._inside: list[str] = []

    def finish(self) -> None:
        """Raise `LocatedErrors` if anything was wrong."""
        if self.problems:
            raise LocatedErrors(self.problems[:MAX_PROBLEMS])

    @contextmanager
    def within(self, name: object) -> Iterator[None]:
        """Tell the id of the element at hand beside the path of everything wrong in it."""
        if not isinstance(name, str) or not name:
            yield
            return
        self._inside.append(name)
        try:
            yield
        finally:
            self._inside.pop()

    def wrong(self, path: str, value: object, ja: str, en: str) -> None:
        """Note one problem at a JSON path."""
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        self._note(path, shown if len(shown) <= 80 else shown[:77] + "...", ja, en)

    def lacking(self, path: str, ja: str, en: str) -> None:
        """Note that something is missing at a JSON path."""
        self._note(path, None, ja, en)

    def _note(self, path: str, value: str | None, ja: str, en: str) -> None:
        if len(self.problems) <= MAX_PROBLEMS:
            place = f"{path} ({'/'.join(self._inside)})" if self._inside else path
            self.problems.append(
                Located(sheet=self.name, row=0, column=place, value=value, expected_ja=ja, expected_en=en)
            )

    def refer(self, path: str, value: str, known: Collection[str], where: str) -> None:
        """Note a reference to something that is not there; silent where an element has lost its id."""
        if value not in known and "" not in known:
            self.missing(path, value, where)

    def missing(self, path: str, value: str, where: str) -> None:
        """Note a reference to something that is not there."""
        self.wrong(path, value, f"{where} にあるID", f"an id that stands in {where}")

    def record(
        self, value: object, path: str, *, required: Sequence[str], optional: Sequence[str] | None = ()
    ) -> Mapping[str, Any]:
        """Return an object after checking its keys; `optional` None allows any further key."""
        if not isinstance(value, dict):
            self.wrong(path, value, "オブジェクト {…}", "an object {...}")
            return {}
        for key in required:
            if key not in value:
                self.lacking(f"{path}.{key}", f"必要なキー「{key}」がありません", f"the key '{key}', which is missing")
        if optional is not None:
            for key in value:
                if key not in required and key not in optional:
                    known = ", ".join((*required, *optional))
                    self.wrong(f"{path}.{key}", key, f"知らないキー。使えるキー: {known}", f"a known key: {known}")
        return value

    def mapping(self, item: Mapping[str, Any], path: str, key: str) -> Mapping[str, Any]:
        """Return the object under `key`, empty when absent."""
        if item.get(key) is None:
            return {}
        return self.record(item[key], f"{path}.{key}", required=(), optional=None)

    def array(self, item: Mapping[str, Any], path: str, key: str) -> list[Any]:
        """Return the array under `key`, empty when absent."""
        value = item.get(key, [])
        if not isinstance(value, list):
            self.wrong(f"{path}.{key}", value, "配列 […]", "an array [...]")
            return []
        return value

    def items(
        self, item: Mapping[str, Any], path: str, key: str, read: Callable[[JsonReader, object, str], T]
    ) -> tuple[T, ...]:
        """Return every element of the array under `key` through `read(reader, element, path)`."""
        found: list[T] = []
        for at, value in enumerate(self.array(item, path, key)):
            with self.within(value.get("id") if isinstance(value, dict) else None):
                found.append(read(self, value, f"{path}.{key}[{at}]"))
        return tuple(found)

    def text(self, item: Mapping[str, Any], path: str, key: str, *, empty: bool = False) -> str:
        """Return a text that is not empty."""
        value = item.get(key)
        if isinstance(value, str) and (value or empty):
            return value
        if key in item:
            self.wrong(f"{path}.{key}", value, "空でない文字列", "a text that is not empty")
        return ""

    def optional_text(self, item: Mapping[str, Any], path: str, key: str) -> str | None:
        """Return a text, or None when absent or null."""
        return None if item.get(key) is None else self.text(item, path, key)

    def texts(self, item: Mapping[str, Any], path: str, key: str) -> tuple[str, ...]:
        """Return an array of texts."""
        values = self.array(item, path, key)
        return tuple(self.text({str(at): value}, f"{path}.{key}", str(at)) for at, value in enumerate(values))

    def choice(self, item: Mapping[str, Any], path: str, key: str, choices: Sequence[str], default: str) -> str:
        """Return one of `choices`, `default` when absent."""
        value = item.get(key, default)
        if isinstance(value, str) and value in choices:
            return value
        names = " | ".join(choices)
        self.wrong(f"{path}.{key}", value, f"{names} のどれか", f"one of {names}")
        return default

    def boolean(self, item: Mapping[str, Any], path: str, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = item.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(f"{path}.{key}", value, "true か false", "true or false")
        return default

    def integer(
        self, item: Mapping[str, Any], path: str, key: str, *, low: int = -LARGEST, default: int | None = None
    ) -> int:
        """Return a whole number; 3.0 counts as 3."""
        value = item.get(key, default)
        if isinstance(value, float) and math.isfinite(value) and value == int(value):
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= LARGEST:
            return value
        if key in item:
            is_large = isinstance(value, int | float) and abs(value) > LARGEST
            floor = "" if low == -LARGEST else f"{low}以上"
            roof = f"{LARGEST:,}以下" if is_large else ""
            of = "の" if floor or roof else ""
            words = [f">= {low}"] if floor else []
            words += [f"<= {LARGEST:,}"] if is_large else []
            self.wrong(f"{path}.{key}", value, f"{floor}{roof}{of}整数", " ".join(["a whole number", *words]))
        return max(low, 0)

    def number(
        self,
        item: Mapping[str, Any],
        path: str,
        key: str,
        *,
        low: float,
        high: float = LARGEST,
        default: float | None = None,
    ) -> float:
        """Return a finite number between `low` and `high`."""
        value = item.get(key, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
            return value
        if key in item:
            self.wrong(f"{path}.{key}", value, f"{low:g}以上{high:,}以下の数", f"a number from {low:g} to {high:,}")
        return max(low, 0.0)

    def unique(self, path: str, ids: Sequence[str]) -> set[str]:
        """Return the ids as a set after noting those that stand twice."""
        seen: set[str] = set()
        for at, name in enumerate(ids):
            if name and name in seen:
                self.wrong(f"{path}[{at}]", name, "重複しないID", "each id once")
            seen.add(name)
        return seen
