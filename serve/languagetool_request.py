"""The parameters of LanguageTool's ``/v2/check``, read from a query and a form."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from despin.infer.text.view import View
from despin.serve.annotated_text import plain_view, read_data

RULE, CATEGORY = "DESPIN_SPUN_WORDING", "SPUN"
"""The identifiers of Despin's one rule, which clients can switch off, and of its category."""
MAX_FIELDS = 100
_LANGUAGE_CODE = re.compile(r"auto|[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,4}")


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What a client asks for."""

    view: View
    """The text, with its mark-up."""
    language: str
    """A language code, or ``auto``."""
    preferred_variants: tuple[str, ...]
    """Language codes with a country, of which one is named where the language is detected."""
    is_wanted: bool
    """Whether the client wants Despin's rule applied, now."""


def read_check_request(query: str, body: bytes) -> CheckRequest:
    """The request in a query string and a body of the type ``application/x-www-form-urlencoded``.

    Whatever the content type says: LanguageTool does not look at it, and clients send others. Raises
    ValueError with one line that names the parameter.
    """
    fields = {**_fields(query), **_fields(body.decode("utf-8", "replace"))}
    if "text" in fields and "data" in fields:
        raise ValueError("set either 'text' or 'data', not both")
    if "text" not in fields and "data" not in fields:
        raise ValueError("missing 'text' or 'data' parameter")
    language = fields.get("language", "")
    if not language:
        raise ValueError("missing 'language' parameter, such as language=en-US or language=auto")
    if not _LANGUAGE_CODE.fullmatch(language):
        raise ValueError(f"'language' must be auto or a code such as en-US, got {language[:40]!r}")
    return CheckRequest(
        plain_view(fields["text"]) if "text" in fields else read_data(fields["data"]),
        language,
        tuple(_list(fields, "preferredVariants")),
        _is_wanted(fields),
    )


def _fields(encoded: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(encoded, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        raise ValueError(f"more than {MAX_FIELDS} parameters") from None


def _list(fields: Mapping[str, str], name: str) -> Collection[str]:
    """The items of a parameter that is a list with commas."""
    return [item.strip() for item in fields.get(name, "").split(",") if item.strip()]


def _is_wanted(fields: Mapping[str, str]) -> bool:
    """By the parameters that switch rules on and off, and by the mode."""
    enabled = RULE in _list(fields, "enabledRules") or CATEGORY in _list(fields, "enabledCategories")
    disabled_rules, disabled_categories = _list(fields, "disabledRules"), _list(fields, "disabledCategories")
    if fields.get("enabledOnly") in ("true", "yes"):
        if disabled_rules or disabled_categories:
            raise ValueError("'enabledOnly' goes with no disabled rules or categories")
        if not _list(fields, "enabledRules") and not _list(fields, "enabledCategories"):
            raise ValueError("'enabledOnly' needs 'enabledRules' or 'enabledCategories'")
        return enabled
    if RULE in disabled_rules or CATEGORY in disabled_categories:
        return False
    # A client that checks a text in two requests would underline everything twice.
    return fields.get("mode") != "textLevelOnly"
