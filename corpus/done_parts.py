"""Which parts of a run are done, and what was found in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from despin.corpus.corpus_statistics import Statistics
from despin.corpus.part_record import PartRecord
from despin.corpus.parts import Source, numbers_of


@dataclass
class DoneParts:
    """The parts that are done, a number each, and the sum of their counts.

    Memory so grows by some tens of bytes a part, of thousands of documents. The substitutions that are
    counted are as many at most as the dictionary has.
    """

    statistics: Statistics = field(default_factory=Statistics)
    _numbers: dict[int, set[int]] = field(default_factory=dict)
    """Of the parts, by source."""
    _last: dict[int, int] = field(default_factory=dict)
    """The number of the last part, by source, where it is known."""

    @classmethod
    def of(cls, records: Iterable[PartRecord]) -> DoneParts:
        """Those of which there are records."""
        done = cls()
        for record in records:
            done.add(record)
        return done

    def add(self, record: PartRecord) -> None:
        """Count a part that is not counted yet."""
        source, number = numbers_of(record.name)
        self._numbers.setdefault(source, set()).add(number)
        if record.is_last:
            self._last[source] = number
        self.statistics.add(record.statistics)

    def numbers(self, source: Source) -> frozenset[int]:
        """The numbers of a source's parts that are done."""
        return frozenset(self._numbers.get(source.number, ()))

    def is_done(self, source: Source) -> bool:
        """Whether all parts of a source are done: those up to its last one."""
        last = self._last.get(source.number)
        return last is not None and len(self._numbers[source.number]) > last
