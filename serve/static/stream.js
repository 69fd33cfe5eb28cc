// The service's answer to one text, line by line.

/** A failure of the service: its HTTP status (0 if it was not reached) and one line of its own. */
export class ServiceError extends Error {
  constructor(status, message, retryAfter = null) {
    super(message);
    Object.assign(this, { status, retryAfter });
  }
}

/**
 * Ask the service for `text`; gives its objects of the types "block" and "end" in order. `options` are
 * further fields of the request. Throws ServiceError, and an AbortError where `signal` is aborted.
 */
export async function* restoreStream(text, options, { token = null, signal } = {}) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const body = JSON.stringify({ text, alternatives: 4, evidence: true, offsets: "utf16", ...options });
  const response = await reached(fetch("v1/stream", { method: "POST", headers, body, signal }));
  if (!response.ok) throw await failure(response);
  let isEnded = false;
  for await (const line of linesOf(response.body)) {
    const message = JSON.parse(line);
    if (message.type === "error") throw new ServiceError(message.status, message.message);
    isEnded ||= message.type === "end";
    yield message;
  }
  if (!isEnded) throw new ServiceError(0, "the connection to the service was lost");
}

/** The service's answer in JSON to a request with these values. Throws ServiceError. */
export async function jsonFrom(path, values, token = null) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  return JSON.parse(await textFrom(fetch(path, { method: "POST", headers, body: JSON.stringify(values) })));
}

/** The text of an answer to `fetch`. Throws ServiceError. */
export async function textFrom(answer) {
  const response = await reached(answer);
  if (!response.ok) throw await failure(response);
  return reached(response.text());
}

async function reached(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ServiceError(0, "the service cannot be reached");
  }
}

async function failure(response) {
  if (response.status === 413) return new ServiceError(413, "the text is too long for this service");
  let message = `the service answered with status ${response.status}`;
  try {
    const { detail } = await response.json();
    if (typeof detail === "string") message = detail;
  } catch {
    // an answer of something between here and the service
  }
  const seconds = Number(response.headers.get("Retry-After"));
  return new ServiceError(response.status, message, seconds > 0 ? seconds : null);
}

/** The lines of a stream of bytes. Linear in their number, however they are cut into chunks. */
export async function* linesOf(stream) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let parts = [];
  try {
    for (;;) {
      const { done, value } = await reached(reader.read());
      const lines = (done ? decoder.decode() : decoder.decode(value, { stream: true })).split("\n");
      for (const line of lines.slice(0, -1)) {
        const whole = parts.join("") + line;
        parts = [];
        if (whole) yield whole;
      }
      parts.push(lines.at(-1));
      if (done) break;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
  const rest = parts.join("");
  if (rest) yield rest;
}
