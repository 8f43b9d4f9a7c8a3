import { get } from "./api.js";
import { Outbox } from "./outbox.js";

const pageSize = 50;
const largestPage = 1000;
const outbox = new Outbox();

/** What one user has rated, as far as anybody asked for it: page by page, and what was rated here meanwhile. */
export class UserRatings {
  #user;
  #ratings = new Map();
  #next;
  #changes = 0;

  constructor(user) {
    this.#user = user;
  }

  /** Stars of a movie, 0 where there are none or none are known of. */
  valueOf(movieId) {
    return outbox.valueOf(this.#user, movieId) ?? this.#ratings.get(movieId)?.value ?? 0;
  }

  /** All that are known, newest first. */
  get newest() {
    return [...this.#ratings.values()].sort((a, b) => Date.parse(b.ratedAt) - Date.parse(a.ratedAt));
  }

  /** Whether the server has more than is known here. */
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
    const page = await this.#page("", pageSize);
    // What was read while a rating was on its way does not know it; whoever rated reads again.
    if (changes !== this.#changes) {
      return;
    }

    const covers = id => page.nextPageToken === "" || BigInt(id) <= BigInt(page.ratings.at(-1).movieId);
    for (const id of [...this.#ratings.keys()].filter(covers)) {
      if (outbox.valueOf(this.#user, id) === undefined) {
        this.#ratings.delete(id);
      }
    }

    this.#add(page);
    if (this.#next === undefined || page.nextPageToken === "") {
      this.#next = page.nextPageToken;
    }
  }

  async more() {
    const page = await this.#page(this.#next, pageSize);
    this.#add(page);
    this.#next = page.nextPageToken;
  }

  /** Reads all there are, for who must know of any movie whether it is rated. */
  async all() {
    while (this.hasMore) {
      const page = await this.#page(this.#next, largestPage);
      this.#add(page);
      this.#next = page.nextPageToken;
    }
  }

  #page(token, size) {
    return get(`v1/users/${this.#user}/ratings`, { page_size: size, page_token: token });
  }

  #add(page) {
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
