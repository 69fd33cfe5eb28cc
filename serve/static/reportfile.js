// The result as one HTML file that needs nothing else, made of the same template as `despin report`.
import { plainMarks } from "./marks.js";
import { snapshot } from "./state.js";

/** The HTML of the report. Throws an Error where the template cannot be fetched. */
export async function reportOf(state, view) {
  const response = await fetch("static/report-template.html");
  if (!response.ok) throw new Error("the report's template cannot be fetched from the service");
  const report = new DOMParser().parseFromString(await response.text(), "text/html");
  const data = JSON.stringify({ view, documents: [snapshot(state)] });
  // A script's text is written as it stands: no tag may begin or end in it.
  report.getElementById("data").textContent = data.replaceAll("<", "\\u003c");
  const heading = report.createElement("h2");
  heading.textContent = state.name || "Restored text";
  report.getElementById("plain").append(heading, report.adoptNode(plainMarks(state)));
  report.title = `${state.name || "Restored text"} – Despin`;
  return `<!doctype html>\n${report.documentElement.outerHTML}\n`;
}
