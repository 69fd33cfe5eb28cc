"""A training recipe: everything that a checkpoint hangs on, in one yaml."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from despin.errors import ConfigError
from despin.infer.config import build, read_yaml
from despin.train.data.corpora import CorpusConfig
from despin.train.data.examples import PairsConfig
from despin.train.data.ngram_counts import NgramConfig
from despin.train.data.target_forms import FORMS


@dataclass(frozen=True)
class ModelConfig:
    """What the fine-tuning starts from."""

    base: str = "google/flan-t5-small"
    """A hub name, a local folder in Hugging Face format, or ``random`` for a tiny untrained model."""
    vocabulary: int = 11_200
    """Pieces kept, sentinels included. 0 keeps the base's own vocabulary."""
    decoder_layers: tuple[int, ...] = (0, 4, 7)
    """The decoder layers kept, counted from 0. Empty keeps all."""
    like: dict[str, str] = field(default_factory=dict)
    """Pieces whose embedding starts as another piece's, for marks that the base has not met."""
    dropout: float = 0.0
    """Dropout while training; the data are made afresh on each pass, so little is needed."""
    learn_positions: bool = True
    """Whether the relative position biases learn too. Left as they are, attention is one kernel on a GPU."""


@dataclass(frozen=True)
class Budget:
    """When training ends: whichever limit is met first. At least one is needed."""

    steps: int | None = None
    """Optimizer steps."""
    minutes: float | None = None
    """Wall-clock minutes of training, evaluation left out, summed over resumed runs."""
    cpu_minutes: float | None = None
    """Processor minutes of the main process, all its threads: equal compute on a busy machine."""

    def __post_init__(self) -> None:
        if self.steps is None and self.minutes is None and self.cpu_minutes is None:
            raise ValueError("one of steps, minutes, cpu_minutes is needed")


@dataclass(frozen=True)
class OptimConfig:
    """How the weights are moved: AdamW, linear warm-up, then linear decay to ``final`` of the rate."""

    learning_rate: float = 1e-3
    final: float = 0.0
    warmup: float = 0.03
    """Share of the budget over which the rate rises."""
    weight_decay: float = 0.01
    clip: float = 1.0
    """Largest norm of the gradient."""
    tokens: int = 4096
    """Source and target tokens in a batch of one process, padding counted."""
    accumulate: int = 1
    """Batches added up before a step."""
    beta2: float = 0.99
    ema: float = 0.0
    """Decay a step of the running mean of the weights that is evaluated and kept; 0: the weights themselves.
    A mean over many steps is what a low final rate gives too, but holds at any point of the run
    (Polyak and Juditsky 1992)."""

    def __post_init__(self) -> None:
        if not 0 <= self.ema < 1:
            raise ValueError(f"ema: a number in 0..1, below 1, is needed, got {self.ema}")


@dataclass(frozen=True)
class ObjectiveConfig:
    """The loss of a training step."""

    changed_weight: float = 1.0
    """Weight of the pieces of restored wordings beside that of the marks, which keeping consists of."""
    teacher: str | None = None
    """A folder of weights with the same vocabulary, whose probabilities are learnt beside the data."""
    teacher_share: float = 0.5
    """Share of the loss that is the teacher's, 0..1."""

    def __post_init__(self) -> None:
        if not self.changed_weight > 0:
            raise ValueError(f"changed_weight: a number above 0 is needed, got {self.changed_weight}")
        if not 0 <= self.teacher_share <= 1:
            raise ValueError(f"teacher_share: a number in 0..1 is needed, got {self.teacher_share}")


@dataclass(frozen=True)
class EvalConfig:
    """What is measured while training, on held-out sources."""

    every: float = 0.1
    """Share of the budget between two evaluations."""
    segments: int = 128
    """Held-out segments restored and scored each time."""
    pairs: str | None = None
    """A file of real pairs, scored beside the held-out ones when it is there."""


@dataclass(frozen=True)
class Recipe:
    """One training run."""

    output: str
    """The folder that receives log, resumable state, best weights and the exported checkpoint."""
    corpora: tuple[CorpusConfig, ...]
    """The clean text, a weighted mix."""
    budget: Budget
    form: str = "hinted"
    """What the model reads and writes: hinted, spans or rewrite (see despin.train.data.target_forms)."""
    model: ModelConfig = field(default_factory=ModelConfig)
    pairs: PairsConfig = field(default_factory=PairsConfig)
    optim: OptimConfig = field(default_factory=OptimConfig)
    objective: ObjectiveConfig = field(default_factory=ObjectiveConfig)
    eval: EvalConfig = field(default_factory=EvalConfig)
    seed: int = 0
    lexicon_documents: int = 12_000
    """Documents spun to measure the inverse dictionary."""
    save_minutes: float = 5.0
    """Minutes between two saves of the resumable state."""
    ngrams: NgramConfig | None = None
    """The table of n-grams counted for the checkpoint, by which the inference weighs a wording's
    neighbours; None: no table."""
    threads: int | None = None
    """CPU threads; None leaves it to torch."""
    bf16: bool | None = None
    """Multiply matrices in bfloat16, weights kept in float32. None: on a GPU only. A processor with
    AVX512-BF16 or AMX trains faster with it, one without far slower."""
    workers: int = 0
    """Processes that make pairs beside the training one; 0 makes them in it."""

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(f"form: one of {', '.join(FORMS)} is needed, got {self.form!r}")


def load_recipe(file: str | Path) -> Recipe:
    """The recipe in a yaml file. Raises ConfigError naming the field that is wrong.

    Relative paths of local files in it count from the working directory.
    """
    recipe = build(Recipe, read_yaml(file), Path(file).name)
    if not recipe.corpora:
        raise ConfigError(f"{Path(file).name}.corpora: at least one is needed")
    return recipe
