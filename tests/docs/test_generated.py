"""The generated parts of the documentation are what the code says now."""

from __future__ import annotations

import os

import pytest

from tests.docs.generated import PAGES, ROOT


@pytest.mark.parametrize("page", PAGES)
def test_generated_page_is_up_to_date(page: str) -> None:
    made = PAGES[page]()
    path = ROOT / page
    if os.environ.get("FLOWYML_UPDATE_DOCS"):
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made, "run 'make docs'"
