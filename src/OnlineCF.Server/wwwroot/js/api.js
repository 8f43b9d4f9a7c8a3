// The public JSON API. Ids are strings throughout: they are 64 bits wide.
import { messages } from "./events.js";
import { anotherKey, keyOfTab } from "./key.js";

const againMilliseconds = 3000;
const unavailable = new Set([0, 502, 503, 504]);

/** A refusal of the server, in its words, or that it could not be asked (status 0). */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }

  /** Whether the same may work when it is asked again later. */
  get isUnavailable() {
    return unavailable.has(this.status);
  }
}

/** Says "lost" when the server answers no more, and "back" when it does again. */
export const connection = new EventTarget();
let lost = false;

function noteConnection(isLost) {
  if (lost !== isLost) {
    lost = isLost;
    connection.dispatchEvent(new Event(isLost ? "lost" : "back"));
  }
}

// Asks, with the tab's key; where none or another one is wanted, the person is asked for it.
async function ask(url, { headers, ...options }) {
  for (;;) {
    const key = keyOfTab();
    let response;
    try {
      response = await fetch(url, { ...options, headers: { ...headers, ...key && { Authorization: `Bearer ${key}` } } });
    } catch (error) {
      if (error.name === "AbortError") {
        throw error;
      }

      noteConnection(true);
      throw new ApiError("The server cannot be reached.", 0);
    }

    noteConnection(unavailable.has(response.status));
    if (response.status !== 401 || !await anotherKey(key)) {
      return response;
    }
  }
}

async function call(method, path, { query, body, signal } = {}) {
  const url = new URL(path, document.baseURI);
  url.search = new URLSearchParams(query);
  const response = await ask(url, { method, signal, headers: body && { "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new ApiError(answer.message || `The server answered ${response.status} ${response.statusText}.`, response.status);
  }

  return answer;
}

export const get = (path, query, signal) => call("GET", path, { query, signal });
export const post = (path, body) => call("POST", path, { body });
export const remove = path => call("DELETE", path);

/**
 * Receives the messages of a path that ends in :watch for as long as somebody looks at the page; connects again when
 * the connection is lost. Returns what ends it.
 */
export function watch(path, receive) {
  const url = new URL(path, document.baseURI);
  let current;
  async function read(signal) {
    while (!signal.aborted) {
      try {
        const response = await ask(url, { signal, headers: { Accept: "text/event-stream" } });
        for await (const message of response.ok ? messages(response.body) : []) {
          // What ends a stream that had begun is an error in place of a message.
          if (!signal.aborted && !("code" in message && "message" in message)) {
            receive(message);
          }
        }
      } catch {
        // It is connected again, whatever ended it.
      }

      await pause(signal);
    }
  }

  function follow() {
    current?.abort();
    if (!document.hidden) {
      read((current = new AbortController()).signal);
    }
  }

  document.addEventListener("visibilitychange", follow);
  follow();
  return () => {
    document.removeEventListener("visibilitychange", follow);
    current?.abort();
  };
}

/** Waits a moment, or until the server is back or nobody waits any more. */
function pause(signal) {
  return new Promise(go => {
    const timer = setTimeout(go, againMilliseconds);
    connection.addEventListener("back", go, { once: true, signal });
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      go();
    });
  });
}

const movies = new Map();

/** The genres of all movies that were seen so far. */
export const genres = new Set();

/** A movie by its id, asked for once; one without an entry in the catalogue has its id for a title. */
export function movie(id) {
  if (!movies.has(id)) {
    const found = get(`v1/movies/${id}`).then(answer => answer.movie ?? answer).catch(error => {
      movies.delete(id);
      if (error.status !== 404) {
        throw error;
      }

      return { movieId: id, title: `Movie ${id}`, year: 0, genres: [] };
    });
    movies.set(id, found);
  }

  return movies.get(id);
}

/** Keeps a movie that came with another answer. */
export function remember(known) {
  movies.set(known.movieId, Promise.resolve(known));
  known.genres.forEach(genre => genres.add(genre));
}
