// The JSON that the page downloads: the form of `despin correct --json`, with the reader's decisions.
import { codePointCounter } from "./codepoints.js";
import { finalText, isKept, wordingAt, wordingsOf } from "./state.js";

/** The result as plain values: `edits` are those made now, `kept` the others; offsets in characters. */
export function resultOf(state) {
  const edits = withCharacterOffsets(state.text, state.edits);
  const made = edits.map((edit, index) => withWording(edit, wordingAt(state, index)));
  return {
    path: state.name || "-",
    start: 0,
    text: finalText(state),
    edits: made.filter((_, index) => !isKept(state, index)),
    kept: edits.filter((_, index) => isKept(state, index)),
    refused: withCharacterOffsets(state.text, state.refused),
    score: state.score,
    verdict: state.verdict,
    passages: withCharacterOffsets(state.text, state.passages),
    unanswered: state.unanswered,
  };
}

function withCharacterOffsets(text, spans) {
  const starts = codePointCounter(text);
  const ends = codePointCounter(text);
  return spans.map((span) => ({ ...span, start: starts(span.start), end: ends(span.end) }));
}

/** The edit with another wording; the proposed one takes its place among the alternatives. */
function withWording(edit, wording) {
  if (wording === edit.replacement) return edit;
  const all = wordingsOf(edit);
  const { confidence } = all.find((other) => other.wording === wording) ?? { confidence: null };
  const alternatives = all.filter((other) => other.wording !== wording && other.confidence !== null);
  return { ...edit, replacement: wording, confidence, alternatives };
}
