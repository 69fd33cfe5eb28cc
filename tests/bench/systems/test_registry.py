from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from despin.bench.measure import measure
from despin.bench.systems import registry as systems
from despin.bench.systems.despin_system import DespinSystem, checkpoint_size
from despin.bench.systems.inverse_dictionary import InverseDictionary, load_lexicon
from despin.bench.systems.options import SystemOptions
from despin.bench.systems.registry import (
    PACKAGES,
    SYSTEMS,
    open_system,
    signature_of,
)
from despin.bench.systems.unchanged_text import UnchangedText
from despin.errors import SystemUnavailable
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.checkpoint import CHECKPOINT_FILES, EMBEDDED
from despin.metrics.pairs import Pair


def test_copy_changes_nothing() -> None:
    assert UnchangedText().restore(["a\r\nb", ""]) == ["a\r\nb", ""]


@pytest.mark.parametrize(
    ("spun", "restored"),
    [
        ("", ""),
        ("Nothing to do.\r\n\tHere 🙂", "Nothing to do.\r\n\tHere 🙂"),
        ("the decrease home met", "the lower house met"),
        ("Decrease Home and LOSS OF LIFE", "Lower House and DEATH"),
        # Longest first: what is in the phrase is not looked up by itself.
        ("as quickly as potential", "as soon as possible"),
        # Kept: no original has a greater share than the spun wording itself (0.3 to 0.6, 0.5 to 0.5).
        ("quickly, a potential friend", "quickly, a potential friend"),
        ("the decrease\nhome", "the decrease\nhome"),
        ("purchase  a   horse", "buy  a   horse"),
        # The text's own kind of apostrophe.
        ("he doesn’t purchase it", "he isn’t buying it"),
        ("he doesn't purchase it", "he isn't buying it"),
        # Shielded, as for Despinner.
        ("see example.com/purchase, `purchase` and purchase", "see example.com/purchase, `purchase` and buy"),
        ('<a title="purchase">purchase</a>', '<a title="purchase">buy</a>'),
    ],
)
def test_the_inverse_dictionary(spun: str, restored: str, lexicon: InverseLexicon) -> None:
    assert InverseDictionary(lexicon).restore([spun]) == [restored]


def test_despin_gives_what_despinner_gives() -> None:
    class Upper:
        def correct_batch(self, texts: Sequence[str]) -> list[Any]:
            return [SimpleNamespace(text=t.upper()) for t in texts]

    assert DespinSystem(cast(Any, Upper())).restore(["a", "b"]) == ["A", "B"]


def test_each_system_goes_by_the_name_it_is_made_by(tiny: Path) -> None:
    for name in ("copy", "inverse"):
        assert open_system(name, SystemOptions(tiny)).name == name
    for name in ("despin", "model", "model+dictionary"):
        assert open_system(name, SystemOptions(threads=1)).name == name
    assert len(SYSTEMS) == 16 and list(SYSTEMS)[-1] == "despin"


def test_the_model_alone_and_with_the_dictionary_hear_fewer_opinions() -> None:
    spun = "The decrease home of parliament mentioned on Monday that the officers had been overseas.\n"
    confidences = []
    for name in ("model", "model+dictionary", "despin"):
        inner = cast(Any, open_system(name, SystemOptions(threads=1, min_confidence=0.0)))._despinner
        confidences.append([e.confidence for e in inner.correct(spun).edits])
    assert confidences[0] != confidences[1]
    if (EMBEDDED / "ngrams.xz").exists():
        assert confidences[1] != confidences[2]


def test_the_reasons_why_a_system_cannot_run(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemUnavailable, match=r"no inverse\.tsv in "):
        open_system("inverse", SystemOptions(tmp_path))
    with pytest.raises(SystemUnavailable, match=r"model\.bin.*missing"):
        open_system("despin", SystemOptions(tiny))
    with pytest.raises(SystemUnavailable, match="no checkpoint folder"):
        open_system("despin", SystemOptions(tmp_path / "nowhere"))
    (tmp_path / "inverse.tsv").write_text("spun\toriginal\tshare\na\tb\n", encoding="utf-8")
    with pytest.raises(SystemUnavailable, match=r"inverse\.tsv:2: three columns"):
        load_lexicon(tmp_path)


def test_a_missing_package_is_a_reason_and_a_missing_part_of_despin_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lacking(package: str) -> Any:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)

    monkeypatch.setitem(systems.SYSTEMS, "rival", lambda options: lacking("rival.core"))
    with pytest.raises(SystemUnavailable, match=r"the package rival\.core is missing"):
        open_system("rival", SystemOptions())
    monkeypatch.setitem(systems.SYSTEMS, "rival", lambda options: lacking("despin.rival"))
    with pytest.raises(ModuleNotFoundError):
        open_system("rival", SystemOptions())


def test_a_system_that_loses_a_text_is_found_out() -> None:
    class Loser:
        name = "loser"

        def restore(self, texts: Sequence[str]) -> list[str]:
            return list(texts[1:])

    with pytest.raises(ValueError, match="loser: 1 texts went in and 0 came out"):
        measure(Loser(), [Pair("1", "a", "b")])


def test_measure(lexicon: InverseLexicon) -> None:
    pairs = [Pair("1", "his loss of life", "his death"), Pair("2", "they purchase it", "they purchase it")]
    result = measure(InverseDictionary(lexicon), pairs, ["We purchase bread."], lexicon)
    assert [(c.correct, c.proposed, c.gold) for c in result.counts] == [(1, 1, 1), (0, 1, 0)]
    assert result.total.precision == 0.5
    assert result.harm is not None
    assert (result.harm.changed, result.harm.words) == (1, 3)
    assert result.words_per_second > 0
    assert measure(UnchangedText(), pairs).harm is None


def test_the_size_is_that_of_the_files_that_are_read(tiny: Path) -> None:
    assert open_system("inverse", SystemOptions(tiny)).size == (tiny / "inverse.tsv").stat().st_size
    size = sum((EMBEDDED / name).stat().st_size for name in CHECKPOINT_FILES if (EMBEDDED / name).exists())
    assert open_system("despin", SystemOptions(threads=1)).size == size == checkpoint_size(EMBEDDED)
    assert open_system("copy", SystemOptions()).size == 0


def test_what_a_systems_figures_depend_on(tiny: Path, tmp_path: Path) -> None:
    model = tmp_path / "5gram.bin"
    model.write_bytes(b"abc")
    options = SystemOptions(tiny, fivegram=model)
    assert signature_of("copy", options) == "–"
    assert signature_of("dictionary+5-gram", options).startswith("5gram.bin ba7816bf8f01, kenlm ")
    assert signature_of("despin", options).startswith("checkpoint ")
    assert set(PACKAGES) <= set(SYSTEMS)
