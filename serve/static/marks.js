// The text with its marks, as DOM. Text is only ever inserted as text.
import { rowsOf } from "./rows.js";
import { labelOf, percent } from "./sentences.js";
import { isKept, wordingAt } from "./state.js";

/** An element with a class, text and ARIA role. */
export function element(name, className = "", text = null, role = null) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (role !== null) made.setAttribute("role", role);
  if (text !== null) made.textContent = text;
  return made;
}

/** The class of a confidence: ten steps of shade, c0 to c9. */
export function shadeOf(confidence) {
  return `c${Math.min(9, Math.max(0, Math.floor(confidence * 10)))}`;
}

/** The text in rows, block by block, with a mark for each edit; side by side or inline by its class. */
export class MarkedText {
  constructor(state, container) {
    this.state = state;
    this.container = container;
    this.marks = []; // by the number of the edit
    this.sources = []; // the same wordings in the spun text
    this.refusals = []; // by the number of the refused edit; undefined where an edit lies over it
  }

  /** Show text[from:to] with the edits and refused ones from these numbers on. */
  addBlock(from, to, firstEdit = this.state.edits.length, firstRefused = this.state.refused.length) {
    const { state } = this;
    const spans = spansOf(state, firstEdit, firstRefused);
    const block = element("div", "block", null, "rowgroup");
    let next = 0;
    for (const [start, end] of rowsOf(state.text, from, to, spans)) {
      const own = [];
      while (next < spans.length && spans[next].start < end) own.push(spans[next++]);
      const row = element("div", "row", null, "row");
      const spun = element("div", "cell spun", null, "cell");
      const restored = element("div", "cell restored", null, "cell");
      this.#fill(spun, start, end, own, (span) => this.#sourceMark(span));
      this.#fill(restored, start, end, own, (span) => this.#mark(span));
      row.append(spun, restored);
      block.append(row);
    }
    this.container.append(block);
  }

  /** Show the wording that an edit has now. */
  update(index) {
    const { state } = this;
    const mark = this.marks[index];
    const edit = state.edits[index];
    const wording = wordingAt(state, index);
    const kept = isKept(state, index);
    mark.replaceChildren(
      ...(kept ? [element("span", "kept", shown(edit.source))] : replaced(edit.source, wording)),
    );
    mark.classList.toggle("is-kept", kept);
    this.sources[index].classList.toggle("is-kept", kept);
    mark.setAttribute("aria-pressed", String(!kept));
    mark.setAttribute("aria-label", labelOf(edit, wording));
  }

  /** Show which edit is the current one; the only one that the Tab key reaches. */
  setCurrent(index, before) {
    for (const number of new Set([before, index])) {
      if (this.marks[number] === undefined) continue;
      const isCurrent = number === index;
      this.marks[number].tabIndex = isCurrent ? 0 : -1;
      if (isCurrent) this.marks[number].setAttribute("aria-describedby", "detail-reasons");
      else this.marks[number].removeAttribute("aria-describedby");
      this.marks[number].classList.toggle("is-current", isCurrent);
      this.sources[number].classList.toggle("is-current", isCurrent);
    }
  }

  #mark(span) {
    if (span.refusal !== undefined) {
      return (this.refusals[span.refusal] = this.#refusal(span));
    }
    const shade = shadeOf(this.state.edits[span.edit].confidence);
    const mark = element("span", `mark ${shade}`, null, "button");
    mark.dataset.edit = span.edit;
    mark.tabIndex = span.edit === 0 ? 0 : -1;
    this.marks[span.edit] = mark;
    this.update(span.edit);
    return mark;
  }

  #sourceMark(span) {
    const text = shown(this.state.text.slice(span.start, span.end));
    if (span.refusal !== undefined) return element("span", "refused", text);
    const mark = element("span", `from ${shadeOf(this.state.edits[span.edit].confidence)}`, text);
    mark.dataset.edit = span.edit;
    this.sources[span.edit] = mark;
    return mark;
  }

  #refusal(span) {
    const mark = element("span", "refused", shown(this.state.text.slice(span.start, span.end)));
    mark.dataset.refused = span.refusal;
    mark.title = `refused: ${this.state.refused[span.refusal].reason}`;
    return mark;
  }

  #fill(cell, start, end, spans, markOf) {
    let last = start;
    for (const span of spans) {
      cell.append(shown(this.state.text.slice(last, span.start)), markOf(span));
      last = span.end;
    }
    cell.append(shown(this.state.text.slice(last, end).replace(/\s+$/, "")));
  }
}

/** The text with its edits in place for a page without scripts: nothing in it can be changed. */
export function plainMarks(state) {
  const plain = element("div", "text plain");
  let last = 0;
  state.edits.forEach((edit, index) => {
    plain.append(shown(state.text.slice(last, edit.start)));
    if (isKept(state, index)) {
      plain.append(shown(edit.source));
    } else {
      const mark = element("span", `mark ${shadeOf(edit.confidence)}`);
      mark.title = `${percent(edit.confidence)} sure`;
      mark.append(...replaced(edit.source, wordingAt(state, index)));
      plain.append(mark);
    }
    last = edit.end;
  });
  plain.append(shown(state.text.slice(last)));
  return plain;
}

/** The edits, and the refused ones that no edit lies over, in order. */
function spansOf(state, firstEdit, firstRefused) {
  const edits = state.edits
    .slice(firstEdit)
    .map(({ start, end }, index) => ({ start, end, edit: firstEdit + index }));
  const refusals = state.refused
    .slice(firstRefused)
    .map(({ start, end }, index) => ({ start, end, refusal: firstRefused + index }));
  const all = [...edits, ...refusals].sort((a, b) => a.start - b.start || a.end - b.end);
  const spans = [];
  for (const span of all) {
    while (spans.length && spans.at(-1).end > span.start && spans.at(-1).refusal !== undefined) spans.pop();
    if (!spans.length || spans.at(-1).end <= span.start) spans.push(span);
  }
  return spans;
}

/** The old wording and the new one. The space between them belongs to neither, and a line may end there. */
function replaced(source, wording) {
  return [element("del", "", shown(source)), element("span", "gap", " "), element("ins", "", shown(wording))];
}

/** Text as it is shown: browsers draw a carriage return. */
function shown(text) {
  return text.replace(/\r\n?/g, "\n");
}
