// The view of a result: walking through the edits, deciding about them, taking the text away.
import { Detail } from "./detail.js";
import { resultOf } from "./jsonresult.js";
import { MarkedText } from "./marks.js";
import { copy, derivedName, saveAs } from "./saving.js";
import { nameOf, percent } from "./sentences.js";
import { choose, finalText, isKept, reset, setThreshold, toggle, wordingAt } from "./state.js";
import { Summary } from "./summary.js";

/** Shows a state in the elements of result.html and changes it as the reader asks. */
export class ResultView {
  /** `onChange()` is called whenever the reader has changed something. */
  constructor(onChange = () => {}) {
    this.onChange = onChange;
    this.isPressed = false; // whether a pointer is down on the text
    for (const name of ["result", "result-title", "text", "spoken", "threshold", "threshold-value"]) {
      this[name] = document.getElementById(name);
    }
    this.summary = new Summary();
    this.detail = new Detail((wording) => this.#decide((index) => choose(this.state, index, wording)));
    this.setView(matchMedia("(min-width: 50rem)").matches ? "side" : "inline");
    this.#listen();
  }

  /** Show another text, as far as it is done. */
  open(state) {
    this.state = state;
    this.current = -1;
    this.text.querySelectorAll(".block").forEach((block) => block.remove());
    this.marked = new MarkedText(state, this.text);
    this.summary.clear();
    this["result-title"].textContent = nameOf(state);
    this.#showThreshold();
    if (state.done > 0) this.marked.addBlock(0, state.done, 0, 0);
    this.refresh();
    this.detail.show(state, -1);
  }

  /** Show a block that `addBlock` has just added to the state. */
  addBlock(from, first) {
    this.marked.addBlock(from, this.state.done, first.edit, first.refused);
    this.detail.showPlace(this.state, this.current);
    this.refresh();
  }

  /** Show the rest of a text that is not restored to its end as it is. */
  addRest() {
    const { state } = this;
    if (state.done < state.text.length) this.marked.addBlock(state.done, state.text.length);
  }

  /** Side by side ("side") or "inline". */
  setView(view) {
    this.view = view;
    this.text.classList.toggle("side", view === "side");
    this.text.classList.toggle("inline", view === "inline");
    document.getElementById(`view-${view}`).checked = true;
  }

  /** Score and counts as they are now. */
  refresh() {
    const { edits, progress } = this.state;
    this.summary.show(this.state);
    this.result.classList.toggle("is-unedited", edits.length === 0 && progress !== "running");
  }

  /** Make an edit the current one, and show why it was proposed. */
  select(index, { focus = true, block = "center" } = {}) {
    if (this.marked.marks[index] === undefined) return;
    this.marked.setCurrent(index, this.current);
    this.current = index;
    this.detail.show(this.state, index);
    if (!focus) return;
    const mark = this.marked.marks[index];
    mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block });
  }

  /** Go to the next edit (1) or the one before (-1), round the ends. */
  walk(step) {
    const total = this.state.edits.length;
    if (total === 0) return this.say("There are no edits.");
    const next = this.current < 0 ? (step > 0 ? 0 : total - 1) : (this.current + step + total) % total;
    this.select(next);
  }

  /** Tell those who do not see the page. */
  say(message) {
    this.spoken.textContent = message;
  }

  #decide(change, index = this.current) {
    change(index);
    this.marked.update(index);
    this.detail.show(this.state, index);
    this.refresh();
    this.onChange();
    const { source } = this.state.edits[index];
    const now = wordingAt(this.state, index);
    this.say(isKept(this.state, index) ? `kept: ${source}` : `changed to: ${now}`);
  }

  #toggle(index) {
    this.#decide(() => toggle(this.state, index), index);
  }

  #showThreshold() {
    const { threshold } = this.state;
    this.threshold.value = String(Math.round(threshold * 100));
    this["threshold-value"].textContent = percent(threshold);
    this.threshold.setAttribute("aria-valuetext", percent(threshold));
  }

  #update(changed) {
    changed.forEach((index) => this.marked.update(index));
    this.#showThreshold();
    if (this.detail.isOpen) this.detail.show(this.state, this.current);
    this.refresh();
    this.onChange();
  }

  #listen() {
    const on = (id, kind, action) => document.getElementById(id).addEventListener(kind, action);
    this.text.addEventListener("click", (event) => {
      const index = numberOf(event.target, "edit");
      if (index < 0 || !getSelection().isCollapsed) return;
      this.select(index, { block: "nearest" });
      this.#toggle(index);
    });
    this.text.addEventListener("focusin", (event) => {
      const index = numberOf(event.target, "edit");
      if (index >= 0 && index !== this.current && !this.isPressed) this.select(index, { focus: false });
    });
    // A mark gets the focus when it is pressed; the panel must not come between that and the click.
    this.text.addEventListener("pointerdown", () => (this.isPressed = true));
    for (const kind of ["pointerup", "pointercancel"]) {
      addEventListener(kind, () => (this.isPressed = false));
    }
    document.addEventListener("keydown", (event) => this.#onKey(event));
    on("next", "click", () => this.walk(1));
    on("previous", "click", () => this.walk(-1));
    on("view-side", "change", () => (this.setView("side"), this.onChange()));
    on("view-inline", "change", () => (this.setView("inline"), this.onChange()));
    on("threshold", "input", () => {
      this.#update(setThreshold(this.state, Number(this.threshold.value) / 100));
    });
    on("reset", "click", () => {
      this.#update(reset(this.state));
      this.say("All decisions undone.");
      this.result.focus({ preventScroll: true }); // the button is hidden now
    });
    on("detail-close", "click", () => {
      this.detail.panel.classList.add("is-empty");
      this.marked.marks[this.current].focus({ preventScroll: true });
    });
    on("refused-list", "click", (event) => this.#goToRefusal(numberOf(event.target, "refused")));
    on("copy", "click", () => this.#copy());
    on("save-text", "click", () => {
      saveAs(derivedName(this.state.name, "restored"), finalText(this.state), "text/plain");
    });
    on("save-json", "click", () => {
      const json = JSON.stringify(resultOf(this.state), null, 1);
      saveAs(derivedName(this.state.name, "restored", ".json"), json, "application/json");
    });
  }

  #onKey(event) {
    const { target } = event;
    const isHere = target === document.body ? !this.result.hidden : this.result.contains(target);
    const isTyping = target.matches("select, textarea, input:not([type=radio], [type=range])");
    if (!isHere || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { n: 1, p: -1 }[event.key];
    if (step !== undefined) {
      this.walk(step);
    } else if ([" ", "Enter"].includes(event.key) && target.matches(".mark")) {
      this.#toggle(numberOf(target, "edit"));
    } else {
      return;
    }
    event.preventDefault();
  }

  #goToRefusal(index) {
    const mark = this.marked.refusals[index];
    if (mark === undefined) return;
    this.text.querySelectorAll(".is-shown").forEach((other) => other.classList.remove("is-shown"));
    mark.classList.add("is-shown");
    mark.scrollIntoView({ block: "center" });
  }

  async #copy() {
    const button = document.getElementById("copy");
    const copied = await copy(finalText(this.state));
    button.textContent = copied ? "Copied" : "Copying is not allowed here";
    this.say(button.textContent);
    setTimeout(() => (button.textContent = "Copy"), 2000);
  }
}

/** The number that an element, or one around it, carries under a name; -1 without one. */
function numberOf(target, name) {
  const found = target.closest(`[data-${name}]`);
  return found === null ? -1 : Number(found.dataset[name]);
}
