// Saving files and copying text, without a server.

/** Let the browser save a text as a file. */
export function saveAs(name, text, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The name of a file that is made of another: "a/notes.md" and "restored" give "notes-restored.md". */
export function derivedName(name, what, suffix = null) {
  const [, stem, own] = /^(.*?)(\.[^.]*)?$/s.exec(name.split(/[\\/]/).pop());
  return `${stem ? `${stem}-` : ""}${what}${suffix ?? own ?? ".txt"}`;
}

/** Put a text on the clipboard; whether that was possible. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // the clipboard's own interface is missing on plain http
  }
}

function copyBySelection(text) {
  const active = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "hidden";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  active?.focus();
  return copied;
}
