"""Accounts are tested with counts that begin at nothing, and with a provider that runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.accounts.provider import Provider, running


@pytest.fixture(autouse=True)
def _nothing_counted(db: None) -> None:
    cache.clear()


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    with running() as started:
        yield started


@pytest.fixture
def university(provider: Provider, settings: Any) -> Provider:
    """The provider, and this site knows it."""
    provider.register("http://testserver", settings)
    return provider
