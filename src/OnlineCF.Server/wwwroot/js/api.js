// The public JSON API. Ids are strings throughout: they are 64 bits wide.

/** A refusal of the server, in its words, or that it could not be asked (status 0). */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, { query, body, signal } = {}) {
  const url = new URL(path, document.baseURI);
  url.search = new URLSearchParams(query);
  let response;
  try {
    response = await fetch(url, {
      method,
      signal,
      headers: body && { "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : new ApiError(method === "GET" ? "The server cannot be reached." : "The server cannot be reached; what was sent may or may not have arrived.", 0);
  }

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
  let source;
  let retry;
  function open() {
    close();
    source = new EventSource(new URL(path, document.baseURI));
    source.onmessage = event => {
      const message = JSON.parse(event.data);
      // What ends a stream that had begun is an error in place of a message; the browser connects again.
      if (!("code" in message && "message" in message)) {
        receive(message);
      }
    };
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) {
        retry = setTimeout(open, 3000);
      }
    };
  }

  function close() {
    clearTimeout(retry);
    source?.close();
  }

  const follow = () => document.hidden ? close() : open();
  document.addEventListener("visibilitychange", follow);
  follow();
  return () => {
    document.removeEventListener("visibilitychange", follow);
    close();
  };
}

const movies = new Map();

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
}
