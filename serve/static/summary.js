// The score as a gauge, what it means, the counts, and the list of refused edits.
import { element } from "./marks.js";
import { countsLine, limitOf, meaningOf, percent, scoreText, verdictName } from "./sentences.js";
import { countsOf } from "./state.js";

const ROOMY = "(min-width: 40.01rem)"; // as in result.css

/** Shows a state in the elements of result.html. */
export class Summary {
  constructor() {
    const names = ["gauge", "arc", "score", "verdict", "meaning", "limit", "limits", "counts", "reset"];
    for (const name of [...names, "refused", "refused-list"]) {
      this[name] = document.getElementById(name);
    }
    this.listed = 0;
    // Folded where it would take the first screen.
    const room = matchMedia(ROOMY);
    this.limits.open = room.matches;
    room.addEventListener("change", () => (this.limits.open = room.matches));
  }

  /** Score and counts as they are now. */
  show(state) {
    this.score.textContent = scoreText(state.score);
    this.verdict.textContent = verdictName(state.verdict);
    this.meaning.textContent = meaningOf(state.verdict);
    this.limit.textContent = limitOf(state.verdict);
    this.arc.setAttribute("stroke-dasharray", `${state.score * 100} 100`);
    this.gauge.setAttribute("aria-valuenow", state.score.toFixed(2));
    const verdict = verdictName(state.verdict).toLowerCase();
    this.gauge.setAttribute("aria-valuetext", `${scoreText(state.score)}, ${verdict}`);
    const counts = countsOf(state);
    this.counts.textContent = countsLine(counts);
    this.reset.hidden = counts.chosen === 0 && state.threshold === 0;
    this.#list(state);
  }

  /** Forget the list of the text before. */
  clear() {
    this.listed = 0;
    this["refused-list"].replaceChildren();
  }

  #list(state) {
    this.refused.hidden = state.refused.length === 0;
    for (; this.listed < state.refused.length; this.listed += 1) {
      const { source, replacement, confidence, reason } = state.refused[this.listed];
      const item = element("li");
      const button = element("button", "quiet");
      button.type = "button";
      button.dataset.refused = this.listed;
      button.append(element("span", "refused", source), " → ", element("span", "", replacement));
      item.append(button, element("span", "note", `${reason} (${percent(confidence)} sure)`));
      this["refused-list"].append(item);
    }
  }
}
