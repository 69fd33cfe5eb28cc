"""Packed pieces are the list of pieces that was appended."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from despin.infer.text.formats.packed_pieces import PackedPieces
from despin.infer.text.pieces import Kind, Piece

STEPS = st.lists(
    st.one_of(
        st.none(),  # take the last one off
        st.tuples(st.integers(1, 9), st.sampled_from(list(Kind)), st.sampled_from([None, "", " ", "é"])),
    )
)


@given(STEPS)
def test_it_is_a_list(steps: list[tuple[int, Kind, str | None] | None]) -> None:
    packed = PackedPieces()
    pieces: list[Piece] = []
    for step in steps:
        if step is None:
            if pieces:
                assert packed.pop() == pieces.pop()
            continue
        length, kind, shown = step
        start = pieces[-1].end if pieces else 0
        pieces.append(Piece(start, start + length, kind, shown))
        packed.append(pieces[-1])
        assert packed[-1] == pieces[-1]
    assert list(packed) == pieces and packed[1:3] == pieces[1:3] and len(packed) == len(pieces)
