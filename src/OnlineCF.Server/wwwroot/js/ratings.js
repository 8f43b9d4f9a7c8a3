import { get, remember } from "./api.js";
import { Outbox } from "./outbox.js";

const pageSize = 50;
const outbox = new Outbox();

/** What one user has rated, as far as anybody asked for it: the newest page by page, those of movies that are shown, and what was rated here meanwhile. */
export class UserRatings {
  #user;
  #ratings = new Map();
  // Where the page after those that were read begins; undefined before the first one, null after the last.
  #next;
  #total = 0;
  #changes = 0;

  constructor(user) {
    this.#user = user;
  }

  /** Stars of a movie, 0 where there are none or none are known of. */
  valueOf(movieId) {
    return outbox.valueOf(this.#user, movieId) ?? this.#ratings.get(movieId)?.value ?? 0;
  }

  /** The newest, as far as their pages were asked for, and what was rated here since. */
  get newest() {
    const all = [...this.#ratings.values()].sort(newestFirst);
    return this.#next ? all.filter(rating => newestFirst(rating, this.#next.last) <= 0) : all;
  }

  /** How many there are on the server, those that are not known here among them. */
  get total() {
    return Math.max(this.#total, this.#ratings.size);
  }

  /** Whether the server has older ones than those of `newest`. */
  get hasMore() {
    return Boolean(this.#next);
  }

  has(movieId) {
    return this.#ratings.has(movieId);
  }

  /** Holds at once; what was before holds again where the server refuses. `changed` is called whenever one does. */
  async rate(movieId, value, changed) {
    const before = this.#ratings.get(movieId);
    this.#set(movieId, value === 0 ? undefined : { movieId, value, ratedAt: new Date().toISOString() });
    const sent = outbox.put(this.#user, movieId, value);
    changed();
    try {
      return await sent;
    } catch (error) {
      this.#set(movieId, before);
      changed();
      throw error;
    }
  }

  /** Reads the first page again: somebody else may have rated as this user. */
  async load() {
    const changes = this.#changes;
    const page = await this.#page("");
    // What was read while a rating was on its way does not know it; whoever rated reads again.
    if (changes !== this.#changes) {
      return;
    }

    const last = page.nextPageToken === "" ? undefined : page.ratings.at(-1);
    this.#forget([...this.#ratings.values()].filter(rating => !last || newestFirst(rating, last) <= 0).map(rating => rating.movieId));
    this.#add(page);
    if (this.#next === undefined || !last) {
      this.#next = last ? { token: page.nextPageToken, last } : null;
    }
  }

  async more() {
    const page = await this.#page(this.#next.token);
    this.#add(page);
    this.#next = page.nextPageToken === "" ? null : { token: page.nextPageToken, last: page.ratings.at(-1) };
  }

  /** Reads what these movies are rated, where they may be among the older ones. */
  async of(movieIds) {
    if (this.#next === null || movieIds.length === 0) {
      return;
    }

    const changes = this.#changes;
    const page = await get(`v1/users/${this.#user}/ratings`, movieIds.map(id => ["movie_ids", id]));
    if (changes === this.#changes) {
      this.#forget(movieIds);
      this.#add(page);
    }
  }

  async #page(token) {
    const page = await get(`v1/users/${this.#user}/ratings`, { page_size: pageSize, page_token: token, order: "NEWEST_FIRST", with_movies: true });
    page.movies.forEach(movie => remember(movie.title === "" ? { ...movie, title: `Movie ${movie.movieId}` } : movie));
    return page;
  }

  // What waits to be sent says better what a movie is rated than the server does.
  #forget(movieIds) {
    movieIds.filter(id => outbox.valueOf(this.#user, id) === undefined).forEach(id => this.#ratings.delete(id));
  }

  #add(page) {
    this.#total = Number(page.totalRatings);
    page.ratings.filter(rating => outbox.valueOf(this.#user, rating.movieId) === undefined)
      .forEach(rating => this.#ratings.set(rating.movieId, rating));
  }

  #set(movieId, rating) {
    this.#changes++;
    if (rating) {
      this.#ratings.set(movieId, rating);
    } else {
      this.#ratings.delete(movieId);
    }
  }
}

// As the server orders them.
function newestFirst(one, other) {
  const times = Date.parse(other.ratedAt) - Date.parse(one.ratedAt);
  return times || (BigInt(one.movieId) < BigInt(other.movieId) ? -1 : one.movieId === other.movieId ? 0 : 1);
}
