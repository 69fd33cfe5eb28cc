// The start of a report file: its texts stand in it as JSON.
import { ResultView } from "./resultview.js";
import { nameOf } from "./sentences.js";
import { fromSnapshot } from "./state.js";

const { view, documents } = JSON.parse(document.getElementById("data").textContent);
const states = documents.map(fromSnapshot);
const shownResult = new ResultView();
const select = document.getElementById("document");
states.forEach((state, index) => select.append(new Option(nameOf(state), String(index))));
document.getElementById("documents").hidden = states.length < 2;
select.addEventListener("change", () => shownResult.open(states[Number(select.value)]));
if (view) shownResult.setView(view);
shownResult.open(states[0]);
document.getElementById("plain").remove();
shownResult.result.hidden = false;
