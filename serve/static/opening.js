// Opening a file: its text, unchanged, and the format that its name tells.

const FORMATS = {
  txt: "text",
  text: "text",
  md: "markdown",
  markdown: "markdown",
  mdx: "markdown",
  qmd: "markdown",
  rmd: "markdown",
  html: "html",
  htm: "html",
  xhtml: "html",
  srt: "subtitles",
  vtt: "subtitles",
  tex: "latex",
  latex: "latex",
  rst: "rst",
  rest: "rst",
};

/** The format of a file by its name; plain text if the name tells none. */
export function formatOf(name) {
  return FORMATS[/\.([^.]*)$/.exec(name)?.[1].toLowerCase()] ?? "text";
}

/** The text of a file, byte-order mark included. Throws an Error with one line if it is no text. */
export async function textOf(file) {
  const bytes = await bytesOf(file);
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  let text;
  try {
    text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${file.name} is not text in UTF-8 or UTF-16`);
  }
  if (text.includes("\0")) throw new Error(`${file.name} is not a text file`);
  return text;
}

async function bytesOf(file) {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Error(`${file.name} cannot be read`); // a folder, or gone
  }
}
