// Phrases to search for: asked of the service, shown as links to the chosen search engine.
import { percent } from "./sentences.js";
import { jsonFrom } from "./stream.js";

const byId = (id) => document.getElementById(id);
let shown = []; // the phrases in the list

/** Ask for the phrases of a text and show them. Throws ServiceError. */
export async function find(text, format, token) {
  shown = (await jsonFrom("v1/queries", { text, format }, token)).queries;
  show();
  byId("found").hidden = false;
  byId("find-title").focus();
}

/** Show none: another text is there. */
export function clearFound() {
  shown = [];
  byId("found").hidden = true;
}

/** The address of a search for a phrase. */
export function searchAddress(template, query) {
  return template.replace("{query}", encodeURIComponent(query));
}

function show() {
  const items = shown.map(({ query, chance }) => {
    const link = document.createElement("a");
    Object.assign(link, { textContent: query, target: "_blank", rel: "noreferrer" });
    link.href = searchAddress(byId("engine").value, query);
    const item = document.createElement("li");
    item.append(link, ` ${percent(chance)}`);
    return item;
  });
  byId("queries").replaceChildren(...items);
  byId("no-queries").hidden = items.length > 0;
}

byId("engine")?.addEventListener("change", show);
