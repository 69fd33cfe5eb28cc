"""File suffixes: which reader a document goes to, and which files have none: code, data, other mark-up."""

from __future__ import annotations

from pathlib import PurePath

from despin.infer.text.reading import Format

TEXT_SUFFIXES: dict[str, Format] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".srt": "subtitles",
    ".vtt": "subtitles",
    ".tex": "latex",
    ".latex": "latex",
    ".rst": "rst",
    ".rest": "rst",
}
"""The format by file suffix, in lower case; a file with a suffix that is in no table is plain text."""

_RECORDS = {
    "JSON": ".json .jsonl .ndjson",
    "comma-separated": ".csv",
    "tab-separated": ".tsv",
    "columnar": ".parquet .arrow .feather",
}
"""What `despin corpus` reads."""
_DATA = {
    "JSON": ".geojson .json5",
    "delimited": ".psv",
    "XML": ".xml .xsl .xsd .svg .rss .atom .opml .plist .xliff .po .pot",
    "YAML": ".yaml .yml",
    "TOML": ".toml",
    "INI": ".ini .cfg .conf .properties .env",
    "notebook": ".ipynb",
    "columnar": ".avro .orc",
    "database": ".db .sqlite .sqlite3",
    "BibTeX": ".bib",
}
_CODE = {
    "Python": ".py .pyi .pyx",
    "JavaScript": ".js .mjs .cjs .jsx",
    "TypeScript": ".ts .mts .cts .tsx",
    "C": ".c .h",
    "C++": ".cc .cpp .cxx .hh .hpp .hxx",
    "C#": ".cs",
    "Java": ".java",
    "Kotlin": ".kt .kts",
    "Scala": ".scala",
    "Swift": ".swift",
    "Go": ".go",
    "Rust": ".rs",
    "Ruby": ".rb",
    "Perl": ".pl .pm",
    "PHP": ".php",
    "Lua": ".lua",
    "R": ".r",
    "Julia": ".jl",
    "Haskell": ".hs",
    "shell": ".sh .bash .zsh .fish .ps1 .bat .cmd",
    "SQL": ".sql",
    "CSS": ".css .scss .sass .less",
    "Vue": ".vue",
    "Svelte": ".svelte",
    "LaTeX class": ".cls .sty .bst",
}
_MARKUP = {
    "AsciiDoc": ".adoc .asciidoc",
    "Org": ".org",
    "Textile": ".textile",
    "MediaWiki": ".mediawiki .wiki",
    "POD": ".pod",
    "Texinfo": ".texi .texinfo",
    "Typst": ".typ",
    "roff": ".roff .man",
    "DocBook": ".docbook .dbk",
}
_BINARY = {
    "compressed": ".gz .bz2 .xz .zst .lz4 .zip .7z .rar .tar .tgz",
    "a PDF": ".pdf",
    "an office document": ".doc .docx .odt .rtf .xls .xlsx .ods .ppt .pptx .odp",
    "an e-book": ".epub .mobi",
    "an image": ".png .jpg .jpeg .gif .webp .bmp .tiff .ico",
    "audio or video": ".mp3 .mp4 .wav .ogg .flac .mkv .avi .mov .webm",
    "a program": ".exe .dll .so .dylib .o .a .class .jar .wasm .pyc .whl",
    "model weights": ".bin .pt .pth .onnx .safetensors .gguf .npy .npz .pkl",
}


_FORCE = "use --format text to restore it as plain text"
_CORPUS = "restore the field that holds prose with `despin corpus --field NAME`"
_EXTRACT = "extract the text first"


def _described(kinds: dict[str, str], template: str) -> dict[str, str]:
    return {suffix: template.format(kind) for kind, suffixes in kinds.items() for suffix in suffixes.split()}


REFUSED_SUFFIXES: dict[str, str] = {
    **_described(_RECORDS, f"is {{}} data, not prose; {_CORPUS}, or {_FORCE}"),
    **_described(_DATA, f"is {{}} data, not prose; {_EXTRACT}, or {_FORCE}"),
    **_described(_CODE, f"is {{}} code, not prose; {_FORCE}"),
    **_described(_MARKUP, f"is {{}} mark-up, which has no reader; {_FORCE}"),
    **_described(_BINARY, "is {}, not a text file; convert it to text first"),
}
"""What is wrong with a file and what to do instead, by its suffix in lower case."""


def format_of(name: str) -> Format:
    """The format of a file by its name: that of its last suffix, plain text if that is unknown."""
    return TEXT_SUFFIXES.get(PurePath(name).suffix.lower(), "text")


def refusal(name: str) -> str | None:
    """One line that says why a file is not restored and what to do instead; None if it may be read.

    "data.json is JSON data, not prose; …". The caller does not ask where the user has named the format.
    """
    reason = REFUSED_SUFFIXES.get(PurePath(name).suffix.lower())
    return None if reason is None else f"{name}: {reason}"
