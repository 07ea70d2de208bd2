// What the page asks the studio for.

class Refused extends Error {
  constructor(message, hint, status) {
    super(message);
    this.hint = hint;
    this.status = status;
  }
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch("/api/" + path, options);
  } catch {
    throw new Refused("the studio does not answer", "is downhill studio still running in its terminal?", 0);
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(body.error ?? `status ${response.status}`, body.hint ?? "", response.status);
  return body;
}

export const get = (path) => ask(path);

/** Returns why the studio refuses to tell news, which an EventSource does not say; null if it would tell them now. */
export async function whyNoNews() {
  const enough = new AbortController();
  let response;
  try {
    response = await fetch("/api/events", { signal: enough.signal });
  } catch {
    return null; // it does not answer: no refusal
  }
  if (response.ok) {
    enough.abort();
    return null;
  }
  const body = await response.json().catch(() => ({}));
  return new Refused(body.error ?? `status ${response.status}`, body.hint ?? "", response.status);
}

export const post = (path, body = {}) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Sends a picture's file, and returns its pixels as the network takes them. */
export const upload = (file, invert) =>
  ask(invert ? "picture-inverted" : "picture",
    { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file })
    .then((reply) => reply.pixels);
