// Offsets in characters (code points), as the command line and the service count them by default.

/** A function from UTF-16 offsets of `text`, asked in ascending order, to offsets in code points. */
export function codePointCounter(text) {
  if (!/[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text)) return (offset) => offset;
  let at = 0;
  let count = 0;
  return (offset) => {
    while (at < offset) {
      at += text.codePointAt(at) > 0xffff ? 2 : 1;
      count += 1;
    }
    return count;
  };
}
