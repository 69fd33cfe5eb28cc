"""Steps of a `datatrove` pipeline: a filter of spun documents, and a formatter that restores them."""

from __future__ import annotations

from datatrove.data import Document as TroveDocument
from datatrove.data import DocumentsPipeline
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.formatters.base import BaseFormatter
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.batching import batched
from datatrove.utils.typeshelper import StatHints

from despin.corpus.added_columns import edit_values
from despin.corpus.corpus_settings import CorpusSettings, Reading
from despin.corpus.document_reader import Document, Finding
from despin.corpus.process_reader import ProcessReader
from despin.infer.decision.points import Point
from despin.infer.text.reading import Format

BATCH_SIZE = 256
"""Documents that are read together: of those, the ones that are suspected share the model's batches."""


class SpunFilter(BaseFilter):  # type: ignore[misc]  # datatrove has no type information
    """Drops spun documents, and adds spun_score and spun_verdict to the metadata of all, the dropped too.

    Counts documents as ``spun_clean``, ``spun_unsure`` and ``spun_spun`` in the pipeline's statistics.
    """

    name = "Despin filter"

    def __init__(
        self,
        exclusion_writer: DiskWriter | None = None,
        *,
        drop: bool = True,
        read: Reading = "suspects",
        format: Format = "text",
        threshold: float | None = None,
        prefix: str = "",
        checkpoint: str | None = None,
        threads: int = 1,
        batch_size: int = BATCH_SIZE,
    ) -> None:
        """``exclusion_writer`` gets the dropped documents; without ``drop`` all are kept, with their scores.

        ``read`` to ``checkpoint`` as in `despin.corpus.corpus_settings.CorpusSettings`; ``prefix`` is put
        before the keys of the metadata. ``threads``: of the model, which each process loads once. Raises
        ConfigError for a value out of range.
        """
        super().__init__(exclusion_writer, batch_size)
        settings = CorpusSettings(
            read=read, format=format, threshold=threshold, prefix=prefix, checkpoint=checkpoint
        )
        self.drop = drop
        self._reader = ProcessReader(settings, threads)

    def filter(self, doc: TroveDocument) -> bool | tuple[bool, str]:
        """Whether a document is kept."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: list[TroveDocument]) -> list[bool | tuple[bool, str]]:
        """Whether each of some documents is kept, read together."""
        answers: list[bool | tuple[bool, str]] = []
        for finding in _findings(batch, self._reader):
            self.stat_update(f"spun_{finding.verdict}")
            answers.append((False, "spun") if self.drop and finding.verdict == "spun" else True)
        return answers


class DespinFormatter(BaseFormatter):  # type: ignore[misc]
    """Replaces the texts of spun documents by the restored ones.

    Adds spun_score, spun_verdict and edits to the metadata; the offsets of edits count in the text as it was,
    which `despin.revert_edits` gives back. Counts ``restored`` documents and ``edits`` in the pipeline's
    statistics.
    """

    name = "Despin formatter"

    def __init__(
        self,
        *,
        read: Reading = "suspects",
        format: Format = "text",
        threshold: float | None = None,
        prefix: str = "",
        point: Point = "natural",
        checkpoint: str | None = None,
        threads: int = 1,
        batch_size: int = BATCH_SIZE,
    ) -> None:
        """The arguments of `SpunFilter`, and ``point``: the operating point. Raises ConfigError as that."""
        super().__init__()
        settings = CorpusSettings(
            mode="correct",
            read=read,
            format=format,
            threshold=threshold,
            prefix=prefix,
            point=point,
            checkpoint=checkpoint,
        )
        self.batch_size = batch_size
        self._reader = ProcessReader(settings, threads)

    def format(self, text: str) -> str:
        """The restored text."""
        (finding,) = self._reader.read([Document(text, self._reader.settings.format)])
        return text if finding.correction is None else finding.correction.text

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """`format` of each document, some read together, with the metadata."""
        key = f"{self._reader.settings.prefix}edits"
        for batch in batched(data, self.batch_size):
            with self.track_time("batch"):
                findings = _findings(batch, self._reader)
            for document, finding in zip(batch, findings):
                self.stat_update(StatHints.total)
                correction = finding.correction
                edits = [] if correction is None else correction.edits
                document.metadata[key] = [edit_values(edit) for edit in edits]
                if correction is not None and edits:
                    document.text = correction.text
                    self.stat_update("restored")
                    self.stat_update("edits", value=len(edits))
                yield document


def _findings(batch: list[TroveDocument], reader: ProcessReader) -> list[Finding]:
    """What is found in documents, which get it as metadata."""
    settings = reader.settings
    findings = reader.read([Document(document.text, settings.format) for document in batch])
    for document, finding in zip(batch, findings):
        document.metadata[f"{settings.prefix}spun_score"] = finding.score
        document.metadata[f"{settings.prefix}spun_verdict"] = finding.verdict
    return findings
