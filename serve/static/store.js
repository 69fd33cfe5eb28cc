// What survives a reload: kept in this tab of the browser, until it is closed.

const KEY = "despin";
const TOKEN = "despin-token";

/** Keep plain values; whether there was room for them. */
export function keep(values) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(values));
    return true;
  } catch {
    forget(); // an older state would be taken for this one
    return false;
  }
}

/** The values that were kept, null without any. */
export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

/** Keep nothing any longer. */
export function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // then nothing was kept
  }
}

/** The service's token; with an argument it is set. */
export function token(value) {
  try {
    if (value !== undefined) sessionStorage.setItem(TOKEN, value);
    return sessionStorage.getItem(TOKEN);
  } catch {
    return value ?? null;
  }
}
