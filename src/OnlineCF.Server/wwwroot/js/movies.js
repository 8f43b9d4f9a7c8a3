import { get, remember } from "./api.js";
import { byId, el, number, report } from "./dom.js";
import { Stars } from "./stars.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

const articleBehind =
  /(^|\((?:a\.k\.a\. )?)([^()]+), (The|A|An|L'|Le|La|Les|Un|Une|Der|Die|Das|Ein|Eine|El|Los|Las|Il|Lo|I|Gli|De|Het|Den|Det|O|Os)(?= \(|\)|$)/g;

/** "Matrix, The" as people write it; catalogues keep the article behind, to sort by. */
export const readable = title => title.replace(articleBehind, (_, before, text, article) => `${before}${article}${article.endsWith("'") ? "" : " "}${text}`);

export const titleOf = movie => readable(movie.title) || `Movie ${movie.movieId}`;

/**
 * A list of movies to rate. Movies that stay keep their element, so that what is focused or half chosen stays so, and
 * are seen to move to their new place. `ratings` has `valueOf(movieId)`, `rate(movie, value)`, 0 for none,
 * `showSimilar(movie)` and `dismiss(movie)`.
 */
export class MovieList {
  #list;
  #ratings;
  #items = new Map();

  constructor(list, ratings) {
    [this.#list, this.#ratings] = [list, ratings];
  }

  /** Shows entries { movie, mark, tone, detail, removable, dismissable } in their order. */
  show(entries) {
    const focused = this.#list.contains(document.activeElement) ? document.activeElement : null;
    const before = new Map([...this.#items].map(([id, item]) => [id, item.element.getBoundingClientRect().top]));
    const kept = new Set(entries.map(entry => entry.movie.movieId));
    for (const [id, item] of this.#items) {
      if (!kept.has(id)) {
        item.element.remove();
        this.#items.delete(id);
      }
    }

    entries.forEach((entry, place) => {
      remember(entry.movie);
      const item = this.#items.get(entry.movie.movieId) ?? this.#create(entry.movie);
      item.fill(entry);
      if (this.#list.children[place] !== item.element) {
        this.#list.insertBefore(item.element, this.#list.children[place] ?? null);
      }
    });
    if (focused && document.activeElement !== focused) {
      // Moved elements lose the focus; where the element is gone, whoever reads on does so at the heading.
      (focused.isConnected ? focused : this.#list.closest("section, dialog").querySelector("[tabindex='-1']"))?.focus({ preventScroll: true });
    }

    this.#move(before);
  }

  /** Shows what the movies in the list are rated with now. */
  showRatings() {
    for (const [id, item] of this.#items) {
      item.stars.value = this.#ratings.valueOf(id);
    }
  }

  #create(movie) {
    const title = titleOf(movie);
    const stars = new Stars(title, this.#ratings.valueOf(movie.movieId), value => this.#ratings.rate(movie, value));
    const mark = el("span", { class: "mark" });
    const detail = el("p", { class: "note detail" });
    const remove = el("button", { class: "plain", "aria-label": `Remove your rating of ${title}`, onclick: () => this.#ratings.rate(movie, 0) }, "Remove");
    const similar = el("button", { class: "plain", "aria-label": `Movies similar to ${title}`, onclick: () => this.#ratings.showSimilar(movie) }, "Similar");
    const dismiss = el("button", { class: "plain", "aria-label": `Not interested in ${title}`, onclick: () => this.#ratings.dismiss(movie) }, "Not interested");
    const [name, year, genres] = [el("span", { class: "name" }), el("span"), el("p", { class: "note genres" })];
    const element = el("li", { "data-movie": movie.movieId },
      el("p", { class: "title" }, name, year, " ", mark),
      genres, detail, el("div", { class: "actions" }, stars.element, similar, dismiss, remove));
    const item = {
      element, stars,
      fill(entry) {
        // What the catalogue says may come later than the movie.
        name.textContent = titleOf(entry.movie);
        year.textContent = entry.movie.year ? ` (${entry.movie.year})` : "";
        genres.textContent = entry.movie.genres.join(", ");
        mark.textContent = entry.mark ?? "";
        mark.className = `mark ${entry.tone ?? ""}`;
        detail.textContent = entry.detail ?? "";
        remove.hidden = !entry.removable;
        dismiss.hidden = !entry.dismissable;
      },
    };
    this.#items.set(movie.movieId, item);
    return item;
  }

  #move(before) {
    if (still.matches) {
      return;
    }

    for (const [id, { element }] of this.#items) {
      const distance = before.has(id) ? before.get(id) - element.getBoundingClientRect().top : 0;
      if (distance !== 0) {
        element.animate([{ transform: `translateY(${distance}px)` }, { transform: "none" }], { duration: 350, easing: "ease-out" });
      } else if (!before.has(id) && before.size > 0) {
        element.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 350 });
      }
    }
  }
}

/** The dialog of what is similar to a movie; asked again, it shows the latest. */
export class SimilarMovies {
  #list;
  #asking;

  constructor(ratings) {
    this.#list = new MovieList(byId("similar-movies"), ratings);
  }

  async open(movie) {
    this.#asking?.abort();
    const { signal } = this.#asking = new AbortController();
    const [dialog, note] = [byId("similar"), byId("similar-note")];
    byId("similar-title").textContent = `Similar to ${titleOf(movie)}`;
    note.textContent = "One moment…";
    this.#list.show([]);
    if (!dialog.open) {
      dialog.showModal();
    }

    try {
      const { movies, modelVersion } = await get(`v1/movies/${movie.movieId}/similar`, { count: 12 }, signal);
      note.textContent = movies.length > 0 ? `By model ${modelVersion}.`
        : modelVersion === "0" ? "No model serves yet: there is nothing to compare by."
          : "The model that serves has not learnt this movie yet.";
      this.#list.show(movies.map(x => ({ movie: x.movie, detail: `Similarity ${number(x.similarity, 2)}` })));
    } catch (error) {
      if (!signal.aborted) {
        dialog.close();
        report(error);
      }
    }
  }

  showRatings() {
    this.#list.showRatings();
  }
}
