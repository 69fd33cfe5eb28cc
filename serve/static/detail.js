// The panel of the current edit: its wordings to choose from, and why it was proposed.
import { element } from "./marks.js";
import { percent, reasonsOf } from "./sentences.js";
import { wordingAt, wordingsOf } from "./state.js";

/** Shows edits in the elements of result.html whose ids begin with "detail". */
export class Detail {
  /** `onChoose(wording)` is called when the reader picks one. */
  constructor(onChoose) {
    this.panel = document.getElementById("detail");
    this.what = document.getElementById("detail-what");
    this.place = document.getElementById("detail-place");
    this.wordings = document.getElementById("detail-wordings");
    this.reasons = document.getElementById("detail-reasons");
    this.wordings.addEventListener("change", (event) => onChoose(event.target.value));
  }

  /** Show an edit, or with -1 none. */
  show(state, index) {
    this.panel.classList.toggle("is-empty", index < 0);
    this.showPlace(state, index);
    if (index < 0) {
      this.wordings.replaceChildren();
      this.reasons.replaceChildren();
      return;
    }
    const edit = state.edits[index];
    const now = wordingAt(state, index);
    const hadFocus = this.wordings.contains(document.activeElement);
    this.wordings.replaceChildren(
      element("legend", "hidden", "Wording"),
      ...wordingsOf(edit).map((other) => choice(edit, other, now)),
    );
    if (hadFocus) this.wordings.querySelector(":checked")?.focus();
    this.reasons.replaceChildren(
      ...reasonsOf(edit).map(([source, reason]) => {
        const line = element("p");
        line.append(element("b", "", source), `: ${reason}.`);
        return line;
      }),
    );
  }

  /** Whether an edit is shown: its reader may have closed the panel. */
  get isOpen() {
    return !this.panel.classList.contains("is-empty");
  }

  /** The heading: which edit it is, and of how many by now. */
  showPlace(state, index) {
    const [number, total] = [index + 1, state.edits.length].map((value) => value.toLocaleString("en"));
    this.what.textContent = index < 0 ? "No edit is selected" : "Edit";
    this.place.textContent = index < 0 ? "" : `${number} of ${total}`;
  }
}

/** A radio button with a wording and how likely it is. */
function choice(edit, { wording, confidence }, now) {
  const label = element("label", "choice");
  const radio = element("input");
  Object.assign(radio, { type: "radio", name: "wording", value: wording, checked: wording === now });
  label.append(radio, element("span", "choice-wording", wording));
  if (wording === edit.source) label.append(element("span", "choice-note", "as it stands"));
  if (confidence !== null) label.append(element("span", "choice-share", percent(confidence)));
  return label;
}
