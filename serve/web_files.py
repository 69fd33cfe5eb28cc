"""The page's files, put together: the page itself, and the template of a report as one file.

The view of a result is the same in both: ``result.html`` and the modules in `VIEW_SCRIPTS`.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from functools import cache
from importlib.resources import files

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
"""By suffix; files of other kinds are not served."""
VIEW_STYLES = ("base.css", "result.css")
VIEW_SCRIPTS = (
    "state.js",
    "codepoints.js",
    "jsonresult.js",
    "rows.js",
    "sentences.js",
    "marks.js",
    "detail.js",
    "summary.js",
    "saving.js",
    "resultview.js",
    "reportmain.js",
)
"""In an order in which each module imports only those before it."""
PARTS = {
    name: f"<!-- {name} -->"
    for name in ("csp", "title", "style", "plain", "result", "queries", "data", "script")
}
"""What stands in ``report.html`` where each part goes."""
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_PAGE_ONLY = re.compile(r" *<!-- page only -->\n.*?<!-- end -->\n", re.DOTALL)
_EXAMPLE = "spun-ferry.txt"


@cache
def read_static(name: str) -> str:
    """The text of a file in ``static/``."""
    return (files("despin.serve") / "static" / name).read_text(encoding="utf-8")


@cache
def page() -> str:
    """The HTML of the page."""
    return read_static("index.html").replace(PARTS["result"], read_static("result.html"))


@cache
def report_template() -> str:
    """The HTML of a report that title, plain text and data are still to be filled in.

    Its policy allows its own script and style alone.
    """
    style = "".join(map(read_static, VIEW_STYLES))
    script = "".join(_EXPORT.sub("", _IMPORT.sub("", read_static(name))) for name in VIEW_SCRIPTS)
    policy = (
        f"default-src 'none'; script-src '{policy_digest(script)}'; style-src '{policy_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {
        "csp": policy,
        "style": style,
        "script": script,
        "result": _PAGE_ONLY.sub("", read_static("result.html")),
    }
    return fill(read_static("report.html"), parts)


def fill(template: str, parts: dict[str, str]) -> str:
    """The template with each part in its place; what a part holds is not looked at again."""
    known = {PARTS[name]: part for name, part in parts.items()}
    marks = re.compile("|".join(map(re.escape, known)))
    return marks.sub(lambda mark: known[mark[0]], template)


@cache
def served() -> dict[str, tuple[str, str]]:
    """Content and content type of each file under ``/static/``, by name."""
    names = [file.name for file in (files("despin.serve") / "static").iterdir()]
    contents = {name: read_static(name) for name in sorted(names) if _suffix(name) in {".css", ".js", ".svg"}}
    contents["report-template.html"] = report_template()
    contents["example.txt"] = (files("despin.examples") / _EXAMPLE).read_text(encoding="utf-8")
    return {name: (content, CONTENT_TYPES[_suffix(name)]) for name, content in contents.items()}


def _suffix(name: str) -> str:
    return name[name.rfind(".") :]


def policy_digest(content: str) -> str:
    """A style or script as a content security policy names it."""
    return f"sha256-{b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
