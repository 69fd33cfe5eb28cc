// The page: a text comes in, goes to the service, and its result is shown as it arrives.
import { clearFound, find } from "./finding.js";
import { formatOf, textOf } from "./opening.js";
import { reportOf } from "./reportfile.js";
import { ResultView } from "./resultview.js";
import { derivedName, saveAs } from "./saving.js";
import { addBlock, endState, fromSnapshot, newState, snapshot } from "./state.js";
import { forget, keep, kept, token } from "./store.js";
import { ServiceError, restoreStream, textFrom } from "./stream.js";

const LONG_PASTE = 20_000;

const byId = (id) => document.getElementById(id);
const view = new ResultView(() => saveSoon());
const area = byId("source");
let source = { text: "", name: "", shown: "" }; // as opened: a text area changes line ends
let former = null; // the reader's text that a file or the example took the place of
let example = null; // its text, once fetched
let state = null;
let running = null; // the AbortController of the request in progress
let timer = 0;

/** The text in the form, under its file's name unless it was changed. */
function current() {
  return area.value === source.shown ? source : { text: area.value, name: "" };
}

function setSource(text, name) {
  area.value = text;
  source = { text, name, shown: area.value };
}

/** Put a text in the place of the reader's, which is kept. */
function replaceSource(text, name, format) {
  const own = current();
  if (own.text.trim() && ![text, example].includes(own.text)) {
    former = { ...own, format: byId("format").value };
  }
  setSource(text, name);
  byId("format").value = format;
  showForm(true);
  byId("restore").focus();
  saveSoon();
}

/** Undo `replaceSource`, and show the result that stood before it. */
function goBack() {
  if (former !== null) {
    setSource(former.text, former.name);
    byId("format").value = former.format;
    former = null;
  }
  problem();
  showForm(state === null);
  (state === null ? area : view.result).focus();
  saveSoon();
}

function showForm(isShown) {
  byId("back").hidden = former === null && state === null;
  byId("back").textContent = state === null ? "Back to my text" : "Back to the result";
  byId("form").hidden = !isShown;
  view.result.hidden = isShown;
  document.body.classList.toggle("has-result", !isShown);
}

function problem(message = "") {
  for (const id of ["problem", "result-problem"]) byId(id).textContent = message;
}

async function open(file, others = 0) {
  try {
    replaceSource(await textOf(file), file.name, formatOf(file.name));
    problem(others ? `Only ${file.name} is open: the page takes one file at a time.` : "");
  } catch (error) {
    problem(`${error.message}.`); // beside whatever is shown: form or result
  }
}

async function restore(options = {}) {
  const { text, name } = current();
  if (!text.trim()) {
    problem("There is no text yet: paste one, or open a file.");
    area.focus();
    return;
  }
  problem();
  clearFound();
  running?.abort();
  const own = new AbortController();
  running = own;
  const mine = newState(text, { name, format: byId("format").value });
  state = mine;
  showForm(false);
  view.open(state);
  showProgress();
  view.result.focus();
  scrollTo(0, 0);
  const { format } = state;
  const settings = { format, point: byId("point").value, mode: byId("mode").value, ...options };
  try {
    for await (const message of restoreStream(text, settings, { token: token(), signal: own.signal })) {
      if (message.type === "end") {
        endState(mine, "done", message);
      } else {
        const first = addBlock(mine, message);
        view.addBlock(message.start, first);
        showProgress();
      }
    }
    if (mine.progress !== "done") endState(mine, "done");
  } catch (error) {
    if (state !== mine) return; // another text is being restored
    fail(error, mine);
  }
  if (running === own) running = null;
  if (state === mine) finish();
}

function fail(error, failed) {
  endState(failed, error.name === "AbortError" ? "cancelled" : "failed");
  if (error.name === "AbortError") return;
  const isKnown = error instanceof ServiceError;
  if (error.status === 401) {
    byId("token-field").hidden = false;
    problem(token() ? "The token is not accepted." : "The service asks for its token.");
    state = null;
    showForm(true);
    byId("token").focus();
    return;
  }
  const wait = error.retryAfter ? ` Try again in ${error.retryAfter} s.` : "";
  problem(isKnown ? `${sentence(error.message)}${wait}` : "The page has failed; see the browser's console.");
  if (!isKnown) console.error(error);
  if (failed.done === 0) {
    state = null;
    showForm(true);
    byId("restore").focus();
  }
}

/** Take the token from its field; false if it is none. */
function takeToken() {
  const given = byId("token").value.trim();
  if (/[^ -~]/.test(given)) {
    problem("A token holds ASCII characters only."); // no header may hold others
    byId("token").focus();
    return false;
  }
  if (given) token(given);
  return true;
}

/** A line of the service as a sentence. */
function sentence(line) {
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.!?]$/.test(line) ? "" : "."}`;
}

function finish() {
  view.addRest();
  view.refresh();
  showProgress();
  const { edits } = state;
  view.say(`Done. ${byId("counts").textContent}.${edits.length ? " Press n for the next edit." : ""}`);
  save();
}

function showProgress() {
  const { done, text, progress } = state;
  const share = text.length ? done / text.length : 1;
  byId("progress").hidden = progress !== "running";
  byId("bar").value = share;
  byId("progress-text").textContent =
    `Restored ${done.toLocaleString("en")} of ${text.length.toLocaleString("en")} characters`;
  const isPartial = ["cancelled", "failed"].includes(progress);
  byId("partial").hidden = !isPartial;
  byId("partial").textContent = isPartial
    ? `Stopped after ${Math.round(share * 100)} %: the rest of the text stands as it came.`
    : "";
  byId("anyway").hidden = progress !== "done" || state.verdict === "spun";
}

function save() {
  clearTimeout(timer);
  const { text, name } = current();
  const format = byId("format").value;
  const values = { form: { text, name, format }, view: view.view };
  let isKept = true;
  if (state === null) {
    keep(values);
  } else {
    // The form's text is the state's, in most cases: it is kept once.
    const result = { state: snapshot(state), done: state.done, progress: state.progress };
    isKept = keep({ ...values, ...result, ...(text === state.text ? { form: { name, format } } : {}) });
    if (!isKept) keep(values);
  }
  byId("not-kept").hidden = isKept;
}

function saveSoon() {
  clearTimeout(timer);
  timer = setTimeout(save, 300);
}

function reopen() {
  const values = kept();
  if (values === null) return;
  try {
    const text = values.form.text ?? values.state.text;
    setSource(text, values.form.name);
    byId("format").value = values.form.format;
    view.setView(values.view);
    if (!values.state) return;
    const progress = values.progress === "running" ? "cancelled" : values.progress;
    state = { ...fromSnapshot(values.state), done: values.done, progress };
    showForm(false);
    view.open(state);
    view.addRest();
    showProgress();
  } catch {
    forget(); // kept by another version of the page
  }
}

function listen() {
  const on = (id, kind, action) => byId(id).addEventListener(kind, action);
  on("form", "submit", (event) => {
    event.preventDefault();
    if (takeToken()) restore();
  });
  on("file", "change", (event) => {
    if (event.target.files.length) open(event.target.files[0]);
    event.target.value = "";
  });
  on("source", "input", saveSoon);
  on("source", "paste", pasteLong);
  on("source", "keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("form").requestSubmit();
  });
  on("example", "click", async () => {
    try {
      example = await textFrom(fetch("static/example.txt"));
    } catch (error) {
      return problem(sentence(error.message));
    }
    problem();
    replaceSource(example, "example.txt", "text");
  });
  on("back", "click", goBack);
  on("close-problem", "click", () => {
    problem();
    view.result.focus({ preventScroll: true });
  });
  on("cancel", "click", () => running?.abort());
  on("anyway", "click", () => restore({ min_score: 0 }));
  on("change", "click", () => {
    running?.abort();
    state = null;
    problem();
    showForm(true);
    save();
    area.focus();
  });
  on("save-report", "click", async () => {
    try {
      saveAs(derivedName(state.name, "report", ".html"), await reportOf(state, view.view), "text/html");
    } catch (error) {
      problem(sentence(error.message));
    }
  });
  on("find", "click", async () => {
    byId("find").disabled = true;
    try {
      await find(state.text, state.format, token());
    } catch (error) {
      problem(sentence(error.message));
    }
    byId("find").disabled = false;
  });
  addEventListener("pagehide", save);
  listenToDrops();
}

/** Put a long text in at once: browsers paste line by line, in time quadratic in the lines. */
function pasteLong(event) {
  const text = event.clipboardData.getData("text/plain");
  if (text.length < LONG_PASTE) return;
  event.preventDefault();
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  saveSoon();
}

function listenToDrops() {
  const over = (isOver) => document.body.classList.toggle("is-dropping", isOver);
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    over(true);
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && over(false));
  addEventListener("drop", (event) => {
    over(false);
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    const [file, ...others] = event.dataTransfer.files;
    open(file, others.length);
  });
}

/** Offer the mode that takes a language model where the service has one. */
async function offerModes() {
  try {
    const { modes } = await (await fetch("health")).json();
    byId("mode-field").hidden = !modes.includes("best");
  } catch {
    // the text will tell that the service is not there
  }
}

listen();
reopen();
offerModes();
