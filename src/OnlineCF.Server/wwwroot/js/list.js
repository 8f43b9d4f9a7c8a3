import { announce, byId, many, number } from "./dom.js";
import { Filter } from "./filter.js";
import { MovieList, readable, titleOf } from "./movies.js";
import { Strip } from "./strip.js";

const listed = 20;

// A list that moves later did so for another reason.
const movedWithinMilliseconds = 5000;

// A reason that weighs half of the first one is still one.
const tellingShare = 0.5;

/** The list that moves with every rating, whoever sent it. */
export class LiveList {
  #movies;
  #places = new Map();
  #asked;
  #strip = new Strip();
  #filter;
  #received;

  /** `received` is called after each list, `narrowed` when another one is wanted. */
  constructor(ratings, received, narrowed) {
    this.#movies = new MovieList(byId("recommendations"), ratings);
    this.#filter = new Filter(narrowed);
    this.#received = received;
  }

  get query() {
    return new URLSearchParams({ count: listed, explain: true, ...this.#filter.query });
  }

  /** Waits for a list that has nothing to do with the one before. */
  open() {
    this.#places = new Map();
    this.#asked = undefined;
    this.#strip.hide();
    this.#movies.show([]);
    byId("recommendations").setAttribute("aria-busy", "true");
    byId("recommendations-note").textContent = "One moment…";
    byId("recommendations-order").hidden = true;
  }

  /** The next list comes of a rating that was given here now. */
  expectMove() {
    this.#asked = performance.now();
  }

  expectNothing() {
    this.#asked = undefined;
  }

  showRatings() {
    this.#movies.showRatings();
  }

  receive({ movies, source, modelVersion }) {
    const first = this.#places.size === 0;
    const personal = source === "PERSONALIZED";
    const entries = movies.map(({ movie, predictedRating, reasons }, place) => ({ movie, place, was: this.#places.get(movie.movieId), predictedRating, reasons }));
    const because = reasonsThatDiffer();
    this.#movies.show(entries.map(({ movie, place, was, predictedRating, reasons }) => ({
      movie, dismissable: true, ...first ? {} : markOf(was, place),
      detail: [personal ? expected(predictedRating) : "", because(reasons)].filter(Boolean).join(" "),
    })));
    byId("recommendations").removeAttribute("aria-busy");
    this.#places = new Map(entries.map(({ movie, place }) => [movie.movieId, place]));

    const waited = performance.now() - (this.#asked ?? -Infinity);
    const isOwn = waited < movedWithinMilliseconds;
    byId("recommendations-note").textContent = this.#kind(movies, personal, modelVersion) + (isOwn ? ` Moved ${Math.round(waited)} ms after your rating.` : "");
    byId("recommendations-order").hidden = !personal || movies.length === 0;
    if (!first && entries.some(({ was, place }) => was !== place)) {
      const fresh = entries.filter(({ was }) => was === undefined);
      announce(`The list has moved: ${many(fresh.length, "new movie")}, first is ${titleOf(movies[0]?.movie ?? { title: "nothing" })}.`);
      if (isOwn) {
        this.#strip.show(entries.filter(({ was, place }) => was === undefined || was > place));
      }
    }

    this.#asked = undefined;
    this.#filter.offer();
    this.#received();
  }

  #kind(movies, personal, modelVersion) {
    if (movies.length === 0) {
      return this.#filter.isOn ? "Nothing of this kind is left to recommend."
        : "Nothing to recommend yet: no movie has been rated. onlinecf import or onlinecf generate brings ratings in, and so does every client of the API.";
    }

    return personal ? `Personal, by model ${modelVersion}.`
      : modelVersion === "0" ? "Popular movies: no model has been trained yet." : "Popular movies: rate one and the list becomes personal.";
  }
}

function markOf(was, place) {
  return was === place ? {} : was === undefined ? { mark: "new", tone: "up" }
    : was > place ? { mark: `▲ ${was - place}`, tone: "up" } : { mark: `▼ ${place - was}`, tone: "down" };
}

const expected = rating => rating > 0 ? `You would give it ${number(rating, 1)}.` : "";

/** Words for a movie's reasons: of those that tell, the ones that told least of the movies before; once in a row. */
function reasonsThatDiffer() {
  const told = new Map();
  let last;
  return reasons => {
    const telling = reasons.filter(({ weight }) => weight > 0 && weight >= tellingShare * reasons[0].weight)
      .sort((a, b) => (told.get(a.movieId) ?? 0) - (told.get(b.movieId) ?? 0)).slice(0, 2);
    telling.forEach(({ movieId }) => told.set(movieId, (told.get(movieId) ?? 0) + 1));
    const titles = telling.map(reason => readable(reason.title ?? "") || `movie ${reason.movieId}`);
    const before = last;
    last = titles.length === 0 ? "" : `Because you rated ${titles.sort().join(" and ")}.`;
    return last === before ? "" : last;
  };
}
