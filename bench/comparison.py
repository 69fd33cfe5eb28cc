"""A comparison from start to finish: load the data, run the systems one by one, write the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from despin.bench.builtin_set import BUILTIN, CLEAN, PAIRS
from despin.bench.confusions import page as errors_page
from despin.bench.confusions import table as errors_table
from despin.bench.measure import Result, score_outcome
from despin.bench.report import as_json, page
from despin.bench.runner import run_in_subprocess
from despin.bench.systems.inverse_dictionary import load_lexicon
from despin.bench.systems.options import SystemOptions
from despin.bench.systems.registry import SYSTEMS, signature_of
from despin.errors import InputError, SystemUnavailable
from despin.infer.files import write_text
from despin.metrics.clean_text import read_clean
from despin.metrics.pairs import Pair, read_pairs
from despin.metrics.signature import signature


@dataclass(frozen=True)
class Comparison:
    """The data and options of a comparison."""

    pairs: Sequence[Pair]
    digest: str
    """sha256 (hex) of the pairs."""
    clean: Sequence[str]
    """Clean texts to measure harm on; may be empty."""
    options: SystemOptions

    @classmethod
    def load(
        cls, pairs_files: Sequence[str], clean: str | None, clean_words: int, options: SystemOptions
    ) -> Comparison:
        """Read the data. Without files, or for ``builtin``, the built-in set is used.

        Raises InputError for a file that cannot be read, and if all spun texts or all originals are empty.
        """
        files = [PAIRS if file == BUILTIN else file for file in pairs_files or [BUILTIN]]
        pairs, digest = read_pairs(files)
        for field in ("spun", "original"):
            if not any(getattr(pair, field).strip() for pair in pairs):
                raise InputError(f"{', '.join(files)}: the field {field!r} is empty in every pair")
        if clean is None and clean_words and set(pairs_files) <= {BUILTIN}:
            clean = CLEAN
        try:
            texts = read_clean(clean, clean_words) if clean is not None else []
        except ModuleNotFoundError as error:
            if error.name != "zstandard":
                raise
            raise InputError(f"{clean}: to unpack it, run: python -m pip install zstandard") from None
        return cls(pairs, digest, texts, options)

    def run(self, names: Sequence[str]) -> list[Result]:
        """The results of the systems in order, each run in a process of its own."""
        try:
            lexicon = load_lexicon(self.options.checkpoint)
        except SystemUnavailable:
            lexicon = None
        results = []
        for name in names:
            try:
                outcome = run_in_subprocess(name, self.options, [p.spun for p in self.pairs], self.clean)
            except SystemUnavailable as reason:
                results.append(Result(name, not_run=str(reason)))
                continue
            result = score_outcome(outcome, self.pairs, self.clean, lexicon)
            results.append(replace(result, signature=signature_of(name, self.options)))
        return results

    def signature(self) -> dict[str, str]:
        """What the figures depend on."""
        options = self.options
        parts = signature(
            pairs=self.digest,
            clean=self.clean,
            checkpoint=options.checkpoint,
            min_confidence="its own" if options.min_confidence is None else f"{options.min_confidence:g}",
        )
        return parts | {"threads": str(options.threads) if options.threads else "all"}

    def page(self, results: Sequence[Result]) -> str:
        """The tables in Markdown with the signature as the last line."""
        return page(results, self.pairs, self.signature())

    def write(self, results: Sequence[Result], folder: Path) -> bool:
        """Write results.json, table.md, errors.md, errors.html and the plots.

        Returns False if the plots were skipped for lack of matplotlib. Raises InputError or OSError.
        """
        write_text(folder / "results.json", as_json(results, self.pairs, self.signature()))
        write_text(folder / "table.md", self.page(results))
        ran = [(r.system, r.errors) for r in results if r.not_run is None]
        write_text(folder / "errors.html", errors_page(ran))
        write_text(folder / "errors.md", "\n".join(f"## {n}\n\n{errors_table(e)}" for n, e in ran))
        try:
            from despin.bench.plots import plots

            plots(results, folder)
        except ModuleNotFoundError as error:
            if error.name != "matplotlib":
                raise
            return False
        return True


def system_names(value: str) -> list[str]:
    """The systems in a comma-separated list, without duplicates, in order; ``all`` means all.

    Raises InputError for an unknown name.
    """
    names = list(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    if "all" in names:
        return list(SYSTEMS)
    unknown = [name for name in names if name not in SYSTEMS]
    if unknown or not names:
        problem = f"no system {unknown[0]!r}" if unknown else "no system named"
        raise InputError(f"--systems: {problem}; known: all, {', '.join(SYSTEMS)}")
    return names
