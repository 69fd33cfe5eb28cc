"""A run: what it is made of, what is left to do, and what came out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from despin.corpus.corpus_settings import CorpusSettings, OutputFormat
from despin.corpus.corpus_statistics import Statistics
from despin.corpus.done_parts import DoneParts
from despin.corpus.first_part import check_sources
from despin.corpus.output_folder import OutputFolder
from despin.corpus.parts import Source
from despin.corpus.run_lock import hold
from despin.corpus.sources.changed_files import changed_files
from despin.corpus.sources.listing import find_sources
from despin.corpus.storage import Folder
from despin.corpus.task import Executor, Progress, Task
from despin.corpus.worker_pool import LocalWorkers
from despin.errors import ConfigError, InputError
from despin.infer.cpu import available_cores

DEFAULT = CorpusSettings()


@dataclass
class Outcome:
    """What a run came to."""

    statistics: Statistics = field(default_factory=Statistics)
    failures: dict[str, str] = field(default_factory=dict)
    """Parts that could not be done or written, with the reason; done when the run is started again."""
    left_out: list[str] = field(default_factory=list)
    """Files of folders that are of no known kind, and links in them."""
    changed: list[str] = field(default_factory=list)
    """Local files that have changed while the run went on: what came of them is of no one state."""
    is_finished: bool = True
    """Whether every part is done."""

    @property
    def is_complete(self) -> bool:
        """Whether every part is done, nothing was put aside, and no file has changed meanwhile."""
        return self.is_finished and not (self.failures or self.changed or self.statistics.asides)


def clean_corpus(
    inputs: str | Path | Sequence[str | Path],
    out: str | Path,
    settings: CorpusSettings = DEFAULT,
    *,
    workers: int = 0,
    ray: str | None = None,
    split: str = "train",
    begin: Callable[[Sequence[Source]], Callable[[Progress], None]] | None = None,
) -> Outcome:
    """Score, restore or drop the documents of a corpus, and resume where an earlier run was ended.

    ``inputs``, one or more, as `despin.corpus.sources.listing.find_sources` takes them; ``out`` a folder as
    fsspec reaches it. ``workers``: processes of this machine, 0 for one each core; ``ray``: the address of a
    Ray cluster that does the work instead (``local`` starts one here), where ``workers`` 0 is one each core
    of it. ``begin`` is given the sources that are left to do, and returns what is called for each part.

    Raises InputError for what cannot be read or written at all, and ConfigError for a wrong argument; all
    else is in the outcome.
    """
    if not isinstance(workers, int) or workers < 0:
        raise ConfigError(f"workers must be a whole number, 0 or more, got {workers!r}")
    given = [inputs] if isinstance(inputs, (str, Path)) else inputs
    out = os.fspath(out)
    listed = find_sources([os.fspath(path) for path in given], split, out)
    output = settings.output or _output_of(listed.sources)
    schema = check_sources(listed.sources, settings, output)
    folder = OutputFolder(Folder(out), output)
    outcome = Outcome(left_out=listed.left_out)
    with hold(out):
        folder.begin(_description(listed.sources, settings, output))
        done = DoneParts.of(folder.records())
        left = [source for source in listed.sources if not done.is_done(source)]
        if left:
            report = begin(left) if begin is not None else _silent
            executor, threads = _executor(workers, ray)
            outcome.failures = executor.run(Task(settings, folder, schema, threads), left, done, report)
        outcome.changed = changed_files(left)
        _finish(folder, left, done, outcome)
    return outcome


def _finish(folder: OutputFolder, left: Sequence[Source], done: DoneParts, outcome: Outcome) -> None:
    """Write the manifest, and note what is missing still."""
    try:
        done = folder.finish()
    except InputError:
        if not outcome.failures:
            raise
        # The disk is full, say, which the failures tell already.
        done = DoneParts.of(folder.records())
    outcome.statistics = done.statistics
    missing = [source.path for source in left if not done.is_done(source)]
    outcome.is_finished = not missing
    if missing and not outcome.failures:
        reason = (
            f"not all of its parts are in {folder.folder.root}: it is no folder that all workers share, "
            "or a part ended its worker each time"
        )
        outcome.failures = dict.fromkeys(missing, reason)


def _executor(workers: int, ray: str | None) -> tuple[Executor, int]:
    """Who does the work, and the threads of each one's model."""
    if ray is not None:
        from despin.corpus.ray_cluster import RayCluster

        return RayCluster(ray, workers), 1
    cores = available_cores()
    workers = workers or cores
    return LocalWorkers(workers), max(1, cores // workers)


def _silent(progress: Progress) -> None:
    """What is reported to nobody."""


def _output_of(sources: Sequence[Source]) -> OutputFormat:
    """The output format that fits the inputs."""
    if all(source.kind in ("parquet", "arrow", "hub") for source in sources):
        return "parquet"
    if sources[0].kind == "lines" and sources[0].path.endswith(".gz"):
        return "jsonl.gz"
    return "jsonl.zst" if sources[0].kind == "lines" and sources[0].path.endswith(".zst") else "jsonl"


def _description(
    sources: Sequence[Source], settings: CorpusSettings, output: OutputFormat
) -> Mapping[str, Any]:
    """What a run is: two runs of one description end with the same bytes."""
    from despin.corpus.document_reader import first_look_digest
    from despin.infer.checkpoint import open_checkpoint
    from despin.metrics.signature import checkpoint_hash, version_of

    values = asdict(settings)
    del values["checkpoint"]
    return {
        "settings": {**values, "output": output},
        "inputs": [asdict(source) for source in sources],
        "checkpoint": checkpoint_hash(open_checkpoint(settings.checkpoint).folder),
        "first look": first_look_digest(),
        "version": {"despin": version_of("despin"), "format": 1},
    }
