"""Workers on a Ray cluster: Ray Data reads the sources, spreads their parts and repeats what was lost."""

from __future__ import annotations

import os
import pickle
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from despin.corpus.done_parts import DoneParts
from despin.corpus.output_folder import RECORDS
from despin.corpus.parts import Part, Source
from despin.corpus.ray_connection import connected, quiet_data
from despin.corpus.task import Progress, Report, Task, collect, parts_to_do
from despin.errors import InputError

PART_RETRIES = 30
"""How often a part is begun again whose process or node was lost; then it is given up, as what ended them.
Until Ray knows that a node is gone, it asks its workers every 0.2 to 5 seconds: some seven times."""
READER_CPUS, WORKER_CPUS = 0.25, 0.5
"""What a reader and a worker ask Ray for. Half a core each, for as many workers as there are cores, so that
the other nodes have room for the workers of one that was lost. Were the two alike, Ray Data would fuse them,
and one worker would do all parts of a source."""
MAX_GROUPS = 1_000
"""Groups of sources that Ray Data schedules."""
COLUMN = "item"


@dataclass(frozen=True)
class RayCluster:
    """Does parts on a Ray cluster.

    ``address``: of a cluster that this machine is a node of (``auto`` finds it), or ``local``: Ray is started
    here. ``workers``: 0 for one each core.
    """

    address: str
    workers: int = 0

    def run(self, task: Task, sources: Sequence[Source], done: DoneParts, report: Report) -> dict[str, str]:
        """As `despin.corpus.task.Executor`. Raises DespinError if there is no such cluster."""
        with (
            connected(self.address, self.workers, task.settings.part_bytes) as ray,
            quiet_data() as data,
            closing(self._results(ray, data, task, sources, done)) as results,
        ):
            return collect(results, report)

    def _results(
        self, ray: Any, data: Any, task: Task, sources: Sequence[Source], done: DoneParts
    ) -> Generator[Progress]:
        workers = self.workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        nodes = sum(node["Alive"] for node in ray.nodes())
        items = [{COLUMN: pickle.dumps((source, done.numbers(source)))} for source in sources]
        arguments = {"task": task, "directory": str(Path.cwd())}
        results = (
            data.from_items(items, override_num_blocks=min(len(items), MAX_GROUPS))
            .map_batches(
                _read,
                fn_kwargs=arguments,
                batch_size=1,
                batch_format="pyarrow",
                num_cpus=READER_CPUS,
                compute=data.TaskPoolStrategy(size=min(len(items), nodes)),
            )
            .map_batches(
                _Worker,
                fn_constructor_kwargs=arguments,
                batch_size=1,
                batch_format="pyarrow",
                num_cpus=WORKER_CPUS,
                compute=data.ActorPoolStrategy(size=workers, max_tasks_in_flight_per_actor=2),
                max_restarts=-1,
                max_task_retries=PART_RETRIES,
            )
        )
        is_checked = False
        for table in results.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
            for item in table[COLUMN]:
                progress: Progress = pickle.loads(item.as_py())
                if progress.record is not None and not is_checked:
                    is_checked = True
                    _check_shared(task, progress.name)
                yield progress


class _Worker:
    """An actor of Ray: one model, one part after the other."""

    def __init__(self, task: Task, directory: str) -> None:
        _enter(directory)
        self._task, self._reader = task, task.reader()

    def __call__(self, table: pa.Table) -> pa.Table:
        found = _unpacked(table)
        return _packed(self._task.do(found, self._reader) if isinstance(found, Part) else found)


def _read(table: pa.Table, task: Task, directory: str) -> Iterator[pa.Table]:
    """A task of Ray: the parts of a source that are to be done, always the same, as it may be repeated."""
    _enter(directory)
    source, done = _unpacked(table)
    for item in parts_to_do(source, task.settings, done):
        if isinstance(item, Part) or item.failure:
            yield _packed(item)


def _enter(directory: str) -> None:
    """Relative paths are those of the process that started the run, where this machine has its folder."""
    with suppress(OSError):
        os.chdir(directory)


def _packed(value: Any) -> pa.Table:
    return pa.table({COLUMN: pa.array([pickle.dumps(value)], pa.binary())})


def _unpacked(table: pa.Table) -> Any:
    return pickle.loads(table[COLUMN][0].as_py())


def _check_shared(task: Task, name: str) -> None:
    """Raise InputError if a record that was written is not to be seen from here."""
    if task.folder.folder.read(RECORDS, f"{name}.json") is None:
        raise InputError(
            f"{task.folder.folder.root}: what a worker wrote is not there; on several machines it must be a "
            "folder that they share, or a URL of an object store"
        )
