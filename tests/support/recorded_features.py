"""Features whose functions note that they were called, so that a test can tell what it reached."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any

import pytest

from bot import app
from bot.features.registry import FEATURES
from bot.telegram.feature import AnyHandler, Feature
from bot.telegram.jobs import JobKind
from bot.telegram.router import Router

ROUTER_METHODS = ("on_unknown_tap", "on_membership", "on_group_command")
"""Handlers that belong to no feature."""


class Recorder:
    """Which functions there are, and which of them were called and understood their input."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.reached: set[str] = set()
        self._wrapped: dict[Callable[..., Any], Callable[..., Any]] = {}
        self.features = tuple(map(self._feature, FEATURES))

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Let every bot that is made from now on have these features."""
        patch.setattr(app, "FEATURES", self.features)
        for name in ROUTER_METHODS:
            patch.setattr(Router, name, self._recorded("router", getattr(Router, name)))

    def take(self) -> set[str]:
        """Return what was reached since the last time."""
        taken, self.reached = self.reached, set()
        return taken

    def _recorded(self, where: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function as one that notes when it returns something else than None."""
        if function not in self._wrapped:
            name = f"{where} {function.__module__.removeprefix('bot.')}.{function.__name__}"
            self.known.add(name)

            @wraps(function)
            async def noting(*arguments: Any) -> Any:
                result = await function(*arguments)
                if result is not None or where in {"router", "sent_ids"}:
                    self.reached.add(name)
                return result

            self._wrapped[function] = noting
        return self._wrapped[function]

    def _feature(self, feature: Feature) -> Feature:
        def all_of(functions: Iterable[Callable[..., Any]], where: str) -> tuple[Any, ...]:
            return tuple(self._recorded(where, one) for one in functions)

        def each_of(functions: Mapping[str, Any], where: str) -> dict[str, Any]:
            return {name: self._recorded(where, one) for name, one in functions.items()}

        def handlers() -> Sequence[AnyHandler]:
            made = feature.handlers()
            for one in made:
                one.callback = self._recorded("handler", one.callback)
            return made

        handlers()  # so that they are known
        fallback = feature.fallback
        return replace(
            feature,
            handlers=handlers,
            answers=each_of(feature.answers, "answer"),
            on_screen=each_of(feature.on_screen, "on_screen"),
            edited=all_of(feature.edited, "edited"),
            replies=all_of(feature.replies, "reply"),
            guesses=all_of(feature.guesses, "guess"),
            on_sent=each_of(feature.on_sent, "on_sent"),
            sent_ids=each_of(feature.sent_ids, "sent_ids"),
            unlimited=all_of(feature.unlimited, "handler"),
            begins=all_of(feature.begins, "handler"),
            for_anybody=all_of(feature.for_anybody, "handler"),
            after_withdrawal=all_of(feature.after_withdrawal, "handler"),
            jobs={name: self._job(one) for name, one in feature.jobs.items()},
            fallback=None if fallback is None else self._recorded("fallback", fallback),
        )

    def _job(self, kind: JobKind) -> JobKind:
        return replace(kind, run=self._recorded("job", kind.run))
