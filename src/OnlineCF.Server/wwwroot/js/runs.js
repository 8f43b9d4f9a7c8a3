import { LineChart } from "./charts.js";
import { ago, byId, el, number } from "./dom.js";

const colours = 6;
const chosenAtFirst = 3;
const listed = 24;
const figures = [
  ["runs-loss", "loss", figures => figures.validationLoss ?? figures.trainLoss],
  ["runs-rmse", "RMSE", figures => figures.validationRmse],
  ["runs-ndcg", "NDCG@10", figures => figures.validationNdcg10],
];

/** Means of a line's values, of which later ones weigh more; 0 leaves them as they are. Null stays null. */
export function smoothed(values, weight) {
  let [sum, whole] = [0, 0];
  return values.map(value => {
    if (value == null) {
      return null;
    }

    [sum, whole] = [sum * weight + value * (1 - weight), whole * weight + 1 - weight];
    return sum / whole;
  });
}

/** The curves of rounds that somebody chose, over each other. */
export class Runs {
  #rounds = [];
  #chosen = new Set();
  #known = new Set();
  #charts = [];

  constructor() {
    byId("smoothing").oninput = () => {
      byId("smoothing-value").textContent = number(byId("smoothing").value, 2);
      this.#draw();
    };
  }

  /** Takes rounds, newest first; what is new among them is chosen as long as few are. */
  show(rounds) {
    this.#rounds = rounds.filter(round => round.epochFigures.length > 0).slice(0, listed);
    const first = this.#known.size === 0;
    for (const { roundId } of first ? this.#rounds.slice(0, chosenAtFirst) : this.#rounds) {
      if (!this.#known.has(roundId)) {
        this.#chosen.add(roundId);
      }
    }

    this.#rounds.forEach(({ roundId }) => this.#known.add(roundId));
    byId("runs-note").textContent = this.#rounds.length === 0 ? "No round has kept its epochs yet." : "";
    const focused = document.activeElement?.value;
    const list = byId("runs");
    const hadFocus = list.contains(document.activeElement);
    list.replaceChildren(...this.#rounds.map(round => this.#choice(round)));
    if (hadFocus) {
      list.querySelector(`input[value="${focused}"]`)?.focus();
    }

    this.#draw();
  }

  #choice(round) {
    const { roundId } = round;
    const box = el("input", {
      type: "checkbox", value: roundId, checked: this.#chosen.has(roundId),
      onchange: () => {
        this.#chosen[box.checked ? "add" : "delete"](roundId);
        this.#draw();
      },
    });
    return el("li", {}, el("label", {}, box, el("span", { class: `swatch run-${roundId % colours}` }), `${roundId} ${round.outcome.toLowerCase()}, ${ago(round.startedAt)}`));
  }

  #draw() {
    const weight = Number(byId("smoothing").value);
    const runs = this.#rounds.filter(({ roundId }) => this.#chosen.has(roundId)).reverse();
    const epochs = [...new Set(runs.flatMap(run => run.epochFigures.map(({ epoch }) => epoch)))].sort((a, b) => a - b);
    this.#charts.forEach(chart => chart.destroy());
    this.#charts = figures.map(([id, name, of]) => {
      const lines = runs.map(({ roundId }) => ({ label: `round ${roundId}`, colour: `run-${roundId % colours}` }));
      const chart = new LineChart(byId(id), "epoch", lines, values => `${name} after epoch ${values[0]}: ${runs.map(({ roundId }, i) =>
        `round ${roundId} ${values[i + 1] == null ? "–" : number(values[i + 1], 4)}`).join(", ")}.`, { sync: "epoch" });
      const columns = runs.map(run => {
        const byEpoch = new Map(run.epochFigures.map(({ epoch, figures }) => [epoch, of(figures) ?? null]));
        return smoothed(epochs.map(epoch => byEpoch.get(epoch)), weight);
      });
      chart.show(epochs.map((epoch, i) => [epoch, ...columns.map(column => column[i])]));
      return chart;
    });
  }
}
