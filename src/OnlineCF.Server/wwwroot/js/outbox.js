import { connection, post, remove } from "./api.js";
import { byId, coalesced, many } from "./dom.js";

/**
 * Ratings on their way to the server, one after the other, so that the last word stays the last. What the server could
 * not be asked to take waits until it is back and is sent again: a rating sent twice is one.
 */
export class Outbox {
  #waiting = new Map();
  #run = coalesced(() => this.#send());

  constructor() {
    connection.addEventListener("back", () => this.#run());
  }

  /** Resolves when the rating is taken, false where a later one takes its place; 0 takes the rating back. */
  put(user, movieId, value) {
    const key = `${user}/${movieId}`;
    this.#waiting.get(key)?.resolve(false);
    this.#waiting.delete(key);
    const { promise, resolve, reject } = Promise.withResolvers();
    this.#waiting.set(key, { user, movieId, value, resolve, reject });
    this.#run();
    return promise;
  }

  /** What is on its way for a movie; undefined where nothing is. */
  valueOf(user, movieId) {
    return this.#waiting.get(`${user}/${movieId}`)?.value;
  }

  async #send() {
    for (const [key, rating] of this.#waiting) {
      const { user, movieId, value, resolve, reject } = rating;
      let settle = () => resolve(true);
      try {
        await (value === 0 ? remove(`v1/users/${user}/ratings/${movieId}`) : post("v1/ratings", { userId: user, movieId, value }));
      } catch (error) {
        if (error.isUnavailable) {
          break;
        }

        // Taken back twice is taken back.
        settle = () => value === 0 && error.status === 404 ? resolve(true) : reject(error);
      }

      if (this.#waiting.get(key) === rating) {
        this.#waiting.delete(key);
      }

      settle();
    }

    byId("unsent").textContent = this.#waiting.size === 0 ? "" : ` ${many(this.#waiting.size, "rating")} will be sent then.`;
  }
}
