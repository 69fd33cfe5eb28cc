// What the page says about a score, an edit and its reason, in words.

/** A probability as a percentage, never rounded to certainty: 0.9996 is "over 99 %". */
export function percent(share) {
  const rounded = Math.round(share * 100);
  if (rounded === 100 && share < 1) return "over 99\u00a0%";
  if (rounded === 0 && share > 0) return "under 1\u00a0%";
  return `${rounded}\u00a0%`;
}

/** A number with a noun: "1 edit", "2,000 edits". */
export function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

const VERDICT = {
  spun: "The wording fits what an article spinner writes.",
  unsure: "The text may be spun or not, so it was left as it is.",
  clean:
    "Nothing suggests that the text was spun, so it was left as it is. Only English prose is judged: of other " +
    "languages the score says nothing.",
};
const LIMIT =
  "The score is about the text, not about a person: it does not say who wrote it or why, and must not " +
  "decide alone about anyone’s work, grade or job.";
const LIKELY = " A restored wording is a likely original, not a proof of one.";

/** What a text's score means. */
export function meaningOf(verdict) {
  return VERDICT[verdict];
}

/** What it does not mean. */
export function limitOf(verdict) {
  return `${LIMIT}${verdict === "spun" ? LIKELY : ""}`;
}

/** The heading of a verdict. */
export function verdictName(verdict) {
  return { spun: "Spun", unsure: "Unsure", clean: "Not spun" }[verdict];
}

/** A text's name. */
export function nameOf(state) {
  return state.name || "Pasted text";
}

/** A score with two digits, never rounded to certainty. */
export function scoreText(score) {
  const value = score.toFixed(2);
  return score < 1 && value === "1.00" ? "0.99+" : value;
}

/** A text's score and number of edits, in one line. */
export function scoreLine(state) {
  const verdict = verdictName(state.verdict).toLowerCase();
  return `Score ${scoreText(state.score)}, ${verdict} · ${count(state.edits.length, "edit")}`;
}

/** What is done with the edits of a text, in one line. */
export function countsLine(counts) {
  if (counts.edits + counts.refused + counts.unanswered === 0) return "No edits";
  const parts = [count(counts.edits, "edit"), `${counts.made.toLocaleString("en")} made`];
  if (counts.kept) parts.push(`${counts.kept.toLocaleString("en")} kept`);
  if (counts.refused) parts.push(`${counts.refused.toLocaleString("en")} refused by a guard`);
  if (counts.unanswered) parts.push(`${counts.unanswered.toLocaleString("en")} unanswered`);
  return parts.join(" · ");
}

/** A mark's name for those who do not see it. */
export function labelOf(edit, wording) {
  const sure = `${percent(edit.confidence)} sure`;
  if (wording === edit.source) return `${edit.source}, kept; proposed: ${edit.replacement}, ${sure}`;
  if (wording === edit.replacement) return `${wording}, in place of ${edit.source}, ${sure}`;
  return `${wording}, chosen in place of ${edit.source}`;
}

/** Why an edit was proposed, a sentence for each source of evidence. */
export function reasonsOf(edit) {
  if (!edit.evidence) return [];
  const { dictionary, model } = edit.evidence;
  return [
    [
      "Dictionary",
      `in spun text, “${edit.source}” stands for “${edit.replacement}” in ${percent(dictionary)} of cases`,
    ],
    ["Model", `reading the sentence, it gives this wording ${percent(model)} among those on offer`],
  ];
}
