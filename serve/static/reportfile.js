// The result as one HTML file that needs nothing else, made of the same template as `despin report`.
import { element, plainMarks } from "./marks.js";
import { nameOf, scoreLine } from "./sentences.js";
import { snapshot } from "./state.js";
import { textFrom } from "./stream.js";

/** The HTML of the report. Throws ServiceError where the template cannot be fetched. */
export async function reportOf(state, view) {
  const template = await textFrom(fetch("static/report-template.html"));
  const name = nameOf(state);
  const parts = {
    title: element("title", "", `${name} – Despin`).innerHTML,
    plain: [element("h2", "", name), element("p", "note", scoreLine(state)), plainMarks(state)]
      .map((part) => part.outerHTML)
      .join(""),
    queries: "",
    // No tag may begin or end in a script.
    data: JSON.stringify({ view, documents: [snapshot(state)] }).replaceAll("<", "\\u003c"),
  };
  // One pass: what a part holds is not looked at again.
  return template.replace(/<!-- (title|plain|queries|data) -->/g, (_, part) => parts[part]);
}
