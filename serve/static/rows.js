// A text in rows: what stands side by side. A row is a paragraph, or a line where the lines are long.

const LONG_LINE = 120;
const LONG_ROW = 2000;

/**
 * The rows of text[from:to] as [start, end] pairs that join to it. None ends inside one of `spans` (objects
 * with start and end, in order); white lines belong to the row before them.
 */
export function rowsOf(text, from, to, spans) {
  const rows = [];
  let start = from;
  let line = from;
  let end = lineEnd(text, from, to);
  let span = 0;
  while (end < to) {
    const next = lineEnd(text, end, to);
    while (span < spans.length && spans[span].end <= end) span += 1;
    const isInside = span < spans.length && spans[span].start < end;
    const isLong = end - line > LONG_LINE || next - end > LONG_LINE || end - start > LONG_ROW;
    if (!isInside && !isWhite(text, end, next) && (isLong || isWhite(text, line, end))) {
      rows.push([start, end]);
      start = end;
    }
    line = end;
    end = next;
  }
  if (start < to) rows.push([start, to]);
  return rows;
}

/** Behind the next line end. */
function lineEnd(text, from, to) {
  const at = text.indexOf("\n", from);
  return at < 0 || at >= to ? to : at + 1;
}

function isWhite(text, from, to) {
  return text.slice(from, to).trim() === "";
}
