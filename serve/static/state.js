// The edits of a text and what its reader decided about them. No DOM: plain values in, plain values out.
//
// Offsets are UTF-16 code units of `text`, as JavaScript counts them, ends exclusive.

const VERDICTS = ["clean", "unsure", "spun"];

/** A text of which nothing has been restored yet. */
export function newState(text, { name = "", format = "text" } = {}) {
  return {
    text,
    name,
    format,
    edits: [], // {start, end, source, replacement, confidence, alternatives, evidence}
    refused: [], // the same with guard and reason
    passages: [], // {start, end, score}
    done: 0, // offset up to which the service has answered
    progress: "running", // running, done, cancelled or failed
    score: 0,
    verdict: "clean",
    unanswered: 0,
    threshold: 0, // edits of a lower confidence keep the original wording
    choices: {}, // edit's number -> the wording that the reader chose for it, whatever the threshold
  };
}

/** Add a block of the service's answer; gives the number of its first edit and of its first refused one. */
export function addBlock(state, block) {
  const first = { edit: state.edits.length, refused: state.refused.length };
  state.edits.push(...block.edits);
  state.refused.push(...block.refused);
  state.passages.push(...block.passages);
  state.unanswered += block.unanswered;
  state.score = Math.max(state.score, block.score);
  if (VERDICTS.indexOf(block.verdict) > VERDICTS.indexOf(state.verdict)) state.verdict = block.verdict;
  state.done = block.end;
  return first;
}

/** End a text: "done" with the service's last line, else "cancelled" or "failed". */
export function endState(state, progress, end = null) {
  state.progress = progress;
  if (end === null) return;
  const { score, verdict, unanswered } = end;
  Object.assign(state, { score, verdict, unanswered });
}

/** The wording that stands in the text for an edit. */
export function wordingAt(state, index) {
  const edit = state.edits[index];
  return state.choices[index] ?? (edit.confidence >= state.threshold ? edit.replacement : edit.source);
}

/** Whether the original wording stands in the text. */
export function isKept(state, index) {
  return wordingAt(state, index) === state.edits[index].source;
}

/** All wordings of an edit: the proposed one, others by their likelihood, the one in the text last. */
export function wordingsOf(edit) {
  const others = edit.alternatives ?? [];
  const own = others.find((other) => other.wording === edit.source);
  return [
    { wording: edit.replacement, confidence: edit.confidence },
    ...others.filter((other) => other !== own && other.wording !== edit.replacement),
    { wording: edit.source, confidence: own === undefined ? null : own.confidence },
  ];
}

/** Choose a wording for an edit. */
export function choose(state, index, wording) {
  state.choices[index] = wording;
}

/** Keep the original wording, or take the proposed one where the original is kept. */
export function toggle(state, index) {
  const edit = state.edits[index];
  choose(state, index, isKept(state, index) ? edit.replacement : edit.source);
}

/** Set the least confidence; gives the numbers of the edits whose wording changes by it. */
export function setThreshold(state, threshold) {
  const before = state.edits.map((_, index) => wordingAt(state, index));
  state.threshold = threshold;
  return before.flatMap((wording, index) => (wording === wordingAt(state, index) ? [] : [index]));
}

/** Forget the reader's decisions; gives the numbers of the edits whose wording changes by it. */
export function reset(state) {
  const before = state.edits.map((_, index) => wordingAt(state, index));
  state.choices = {};
  state.threshold = 0;
  return before.flatMap((wording, index) => (wording === wordingAt(state, index) ? [] : [index]));
}

/** How many edits there are, and what became of them. */
export function countsOf(state) {
  const kept = state.edits.filter((_, index) => isKept(state, index)).length;
  return {
    edits: state.edits.length,
    made: state.edits.length - kept,
    kept,
    chosen: Object.keys(state.choices).length,
    refused: state.refused.length,
    unanswered: state.unanswered,
  };
}

/** The text as it stands now. */
export function finalText(state) {
  const parts = [];
  let last = 0;
  state.edits.forEach((edit, index) => {
    parts.push(state.text.slice(last, edit.start), wordingAt(state, index));
    last = edit.end;
  });
  parts.push(state.text.slice(last));
  return parts.join("");
}

/** What another page needs to show the same: the state without how far the service is. */
export function snapshot(state) {
  const { done, progress, ...rest } = state;
  return rest;
}

/** The state of a snapshot; its text is done. */
export function fromSnapshot(values) {
  return { ...newState(values.text), ...values, done: values.text.length, progress: "done" };
}
