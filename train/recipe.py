"""A training recipe: all settings of a training run, in one yaml file.

Every dataclass checks its own values and raises ValueError naming the field; `load_recipe` turns that into
a ConfigError that names the file too. This module imports no heavy package and nothing else of
`despin.train`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from despin.infer.config import build, read_yaml

FORMS = ("hinted", "spans", "rewrite")
"""The target forms that a model can be trained in (see `despin.train.data.target_forms`)."""
MAX_NGRAM_VOCABULARY = 65_534
"""N-grams store word ids in 16 bits; two ids are reserved."""


@dataclass(frozen=True)
class CorpusConfig:
    """One corpus of the mix."""

    path: str
    """A .jsonl, .json, .txt or .parquet file (also compressed: .zst, .gz, .xz, .bz2), ``example:NAME`` for
    an article that comes with Despin, or the name of a data set on the Hugging Face hub."""
    weight: float = 1.0
    """Share of the documents drawn from it, relative to the others."""
    field: str = "text"
    """The column that holds the text."""
    split: str = "train"
    """The split of a hub data set."""
    hold_out: str = "source"
    """What is held out whole: a ``source``, or a single ``text`` where one source is nearly the whole
    corpus."""

    def __post_init__(self) -> None:
        _require_positive("weight", self.weight)
        if self.hold_out not in ("source", "text"):
            raise ValueError(f"hold_out must be source or text, got {self.hold_out!r}")


@dataclass(frozen=True)
class SiteConfig:
    """One spinner of the mix."""

    path: str
    """Spinner settings: a yaml file, or the name of one that comes with Despin (configs/spin/)."""
    weight: float = 1.0
    """Share of the documents spun by it, relative to the others."""

    def __post_init__(self) -> None:
        _require_positive("weight", self.weight)


@dataclass(frozen=True)
class PairsConfig:
    """How training pairs are made from clean documents."""

    spin: tuple[SiteConfig, ...] = ()
    """Spinners, one drawn for each document by weight. Empty: the default one."""
    clean: float = 0.15
    """Share of documents left unspun, so that the model learns to leave good prose alone."""
    words: tuple[int, int] = (32, 64)
    """Limits of a segment in tokens (words and punctuation marks), drawn for each document between these
    two."""
    hidden_hints: float = 0.1
    """Share of the slots of a document whose hints are hidden, so that the model can do without."""
    open_slots: float = 0.05
    """Share of the words without an entry that are marked as slots too, with the answer "keep"."""
    noise: float = 0.0
    """Share of the replacements exchanged for wordings that the dictionary does not offer for the word:
    spun forms of a near synonym. The model learns that none of the hints may be right."""
    clean_among: int = 1
    """Number of clean excerpts drawn, of which the one with the most dictionary words is used (hard
    negatives)."""
    withheld: float = 0.0
    """Share of the dictionary's rows that training never sees, to measure generalisation to new rows."""
    characters: int = 2500
    """Length of the excerpt taken from a document."""

    def __post_init__(self) -> None:
        for name in ("clean", "hidden_hints", "open_slots", "noise", "withheld"):
            _require_share(name, getattr(self, name))
        shortest, longest = self.words
        if not 1 <= shortest <= longest:
            raise ValueError(f"words must be two rising numbers of at least 1, got {self.words}")
        _require_at_least("clean_among", self.clean_among, 1)
        _require_at_least("characters", self.characters, 1)


@dataclass(frozen=True)
class NgramConfig:
    """Which n-grams of the clean text are kept."""

    min_count: tuple[int, int] = (5, 7)
    """Lowest counts of a bigram and a trigram that are kept. Lower limits keep more and cost size: on blind
    development pairs (3, 3) gave 0.001 to 0.002 F0.5 more than (5, 5), and (10, 10) 0.006 less."""
    vocabulary: int = MAX_NGRAM_VOCABULARY
    """Number of the most frequent tokens that get an id."""

    def __post_init__(self) -> None:
        if not 0 < self.vocabulary <= MAX_NGRAM_VOCABULARY:
            raise ValueError(
                f"vocabulary must be between 1 and {MAX_NGRAM_VOCABULARY}, got {self.vocabulary}"
            )
        bigram, trigram = self.min_count
        if not 1 <= bigram <= trigram:
            raise ValueError(f"min_count must be two rising numbers of at least 1, got {self.min_count}")


@dataclass(frozen=True)
class ModelConfig:
    """The model that fine-tuning starts from."""

    base: str = "google/flan-t5-small"
    """A hub name, a local folder in Hugging Face format, or ``random`` for a tiny untrained model."""
    vocabulary: int = 11_200
    """Number of subwords kept, sentinels included. 0 keeps the base's own vocabulary."""
    decoder_layers: tuple[int, ...] = (0, 4, 7)
    """The decoder layers kept, counted from 0. Empty keeps all."""
    like: dict[str, str] = field(default_factory=dict)
    """Subwords whose embedding is initialised from another subword's: sentinels that are new to the base."""
    dropout: float = 0.0
    """Dropout rate in training. The pairs differ on each pass, so little regularisation is needed."""
    learn_positions: bool = True
    """Whether the relative position biases are trained. If not, attention is one fused kernel on a GPU."""

    def __post_init__(self) -> None:
        if not self.base.strip():
            raise ValueError("base must be a hub name, a folder or 'random', got an empty name")
        _require_at_least("vocabulary", self.vocabulary, 0)
        if (
            list(self.decoder_layers) != sorted(set(self.decoder_layers))
            or min(self.decoder_layers, default=0) < 0
        ):
            raise ValueError(
                f"decoder_layers must be rising numbers of at least 0, each once, got {self.decoder_layers}"
            )
        _require_below_one("dropout", self.dropout)


@dataclass(frozen=True)
class Budget:
    """When training ends: as soon as one of the limits is reached. At least one is needed."""

    steps: int | None = None
    """Optimizer steps."""
    minutes: float | None = None
    """Wall-clock minutes of training without evaluation, summed over resumed runs."""
    cpu_minutes: float | None = None
    """Processor minutes of the main process, all threads: equal compute on a busy machine."""

    def __post_init__(self) -> None:
        if self.steps is None and self.minutes is None and self.cpu_minutes is None:
            raise ValueError("one of steps, minutes, cpu_minutes is needed")
        if self.steps is not None:
            _require_at_least("steps", self.steps, 1)
        for name in ("minutes", "cpu_minutes"):
            if (value := getattr(self, name)) is not None:
                _require_positive(name, value)


@dataclass(frozen=True)
class OptimConfig:
    """AdamW with linear warm-up, then linear decay to ``final`` times the learning rate."""

    learning_rate: float = 1e-3
    final: float = 0.0
    """Share of the learning rate at the end of the budget."""
    warmup: float = 0.03
    """Share of the budget over which the learning rate rises."""
    weight_decay: float = 0.01
    clip: float = 1.0
    """Largest norm of the gradient."""
    tokens: int = 4096
    """Source and target tokens in a batch of one process, padding included."""
    accumulate: int = 1
    """Batches accumulated for one step."""
    beta2: float = 0.99
    ema: float = 0.0
    """Decay per step of the exponential moving average of the weights, which is then what is evaluated and
    kept; 0: the weights themselves. An average over many steps has the effect of a low final learning rate,
    at any point of the run (Polyak and Juditsky 1992)."""

    def __post_init__(self) -> None:
        _require_positive("learning_rate", self.learning_rate)
        _require_share("final", self.final)
        _require_share("warmup", self.warmup)
        if not 0 <= self.weight_decay < math.inf:
            raise ValueError(f"weight_decay must be a number of at least 0, got {self.weight_decay}")
        _require_positive("clip", self.clip)
        _require_at_least("tokens", self.tokens, 1)
        _require_at_least("accumulate", self.accumulate, 1)
        _require_below_one("beta2", self.beta2)
        _require_below_one("ema", self.ema)


@dataclass(frozen=True)
class ObjectiveConfig:
    """The loss of a training step."""

    changed_weight: float = 1.0
    """Weight of the subwords of restored wordings, relative to sentinels, of which a "keep" consists."""
    teacher: str | None = None
    """A folder of weights with the same vocabulary, for distillation in addition to the data."""
    teacher_share: float = 0.5
    """Weight of the distillation loss, 0..1."""

    def __post_init__(self) -> None:
        _require_positive("changed_weight", self.changed_weight)
        _require_share("teacher_share", self.teacher_share)


@dataclass(frozen=True)
class EvalConfig:
    """What is measured during training, on held-out sources."""

    every: float = 0.1
    """Share of the budget between two evaluations; 1 evaluates at the end only."""
    segments: int = 128
    """Held-out segments restored and scored each time."""
    pairs: str | None = None
    """A file of real pairs, scored in addition to the held-out ones if it exists."""

    def __post_init__(self) -> None:
        if not 0 < self.every <= 1:
            raise ValueError(f"every must be above 0 and at most 1, got {self.every}")
        _require_at_least("segments", self.segments, 1)


@dataclass(frozen=True)
class Recipe:
    """One training run."""

    output: str
    """The folder for the log, the resumable state, the best weights and the exported checkpoint."""
    corpora: tuple[CorpusConfig, ...]
    """The clean text, a weighted mix."""
    budget: Budget
    form: str = "hinted"
    """The model's input and output format: hinted, spans or rewrite (see
    `despin.train.data.target_forms`)."""
    model: ModelConfig = field(default_factory=ModelConfig)
    pairs: PairsConfig = field(default_factory=PairsConfig)
    optim: OptimConfig = field(default_factory=OptimConfig)
    objective: ObjectiveConfig = field(default_factory=ObjectiveConfig)
    eval: EvalConfig = field(default_factory=EvalConfig)
    seed: int = 0
    lexicon_documents: int = 12_000
    """Documents spun to measure the inverse dictionary."""
    spun_pages: tuple[str, ...] = ()
    """Files of real spun texts (.jsonl, .txt, also .zst), to whose subjects the inverse dictionary is
    adapted."""
    save_minutes: float = 5.0
    """Minutes between two saves of the resumable state."""
    ngrams: NgramConfig | None = None
    """The n-gram table counted for the checkpoint, with which inference scores a wording in context; None:
    no table."""
    threads: int | None = None
    """CPU threads; None leaves it to torch."""
    bf16: bool | None = None
    """Mixed precision: matrix products in bfloat16, weights in float32. None: on a GPU only. Faster on a
    processor with AVX512-BF16 or AMX, far slower on one without."""
    workers: int = 0
    """Worker processes that make pairs; 0: the training process makes them itself."""

    def __post_init__(self) -> None:
        if not self.output.strip():
            raise ValueError("output must be a folder, got an empty name")
        if not self.corpora:
            raise ValueError("corpora must name at least one corpus")
        if self.form not in FORMS:
            raise ValueError(f"form must be one of {', '.join(FORMS)}, got {self.form!r}")
        _require_at_least("lexicon_documents", self.lexicon_documents, 1)
        _require_positive("save_minutes", self.save_minutes)
        if self.threads is not None:
            _require_at_least("threads", self.threads, 1)
        _require_at_least("workers", self.workers, 0)


def load_recipe(file: str | Path) -> Recipe:
    """Read a recipe from a yaml file. Raises ConfigError naming the field that is wrong.

    Relative paths in it are relative to the working directory.
    """
    return build(Recipe, read_yaml(file), Path(file).name)


# Comparisons with nan are false, so that each check refuses it.


def _require_positive(name: str, value: float) -> None:
    if not 0 < value < math.inf:
        raise ValueError(f"{name} must be a number above 0, got {value}")


def _require_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be between 0 and 1, got {value}")


def _require_below_one(name: str, value: float) -> None:
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be at least 0 and below 1, got {value}")


def _require_at_least(name: str, value: int, least: int) -> None:
    if not value >= least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
