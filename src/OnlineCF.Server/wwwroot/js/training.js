import { get, post, watch } from "./api.js";
import { LineChart } from "./charts.js";
import { ago, announce, attempt, byId, duration, el, many, number } from "./dom.js";

const roundsListed = 50;
const roundsShown = 10;
const figure = (value, digits = 4) => value == null ? "–" : number(value, digits);
const line = (label, colour, dash) => ({ label, colour, dash });

/** Training as it goes on: the epochs of the round that runs, rounds and what came of them, models. */
export class TrainingView {
  #end = [];
  #epochs = [];
  #round;
  #charts;
  #running = false;
  #rounds = [];
  #shown = roundsShown;
  #announced;
  #followStatus;

  /** `followStatus` asks for the status of the service at once. */
  constructor(followStatus) {
    this.#followStatus = followStatus;
    byId("more-rounds").onclick = () => {
      this.#shown += roundsShown;
      this.#showRounds();
    };
    byId("start").onclick = () => attempt(() => this.#start(false));
    byId("start-full").onclick = () => attempt(() => this.#start(true));
    byId("cancel").onclick = () => attempt(async () => {
      const { roundId } = await post("v1/training:cancel", {});
      announce(`Round ${roundId} is being cancelled.`);
    });
  }

  show() {
    this.#charts ??= {
      loss: new LineChart(byId("loss-chart"), "epoch", [line("validation", "validation"), line("train", "train", [6, 4])],
        ([epoch, validation, train]) => `Epoch ${epoch}: validation loss ${figure(validation)}, train loss ${figure(train)}.`),
      rmse: new LineChart(byId("rmse-chart"), "round", [line("candidate", "validation"), line("served", "best"), line("biases only", "other", [6, 4])],
        ([round, candidate, serving, biases]) => `Round ${round}: candidate ${figure(candidate)}, served ${figure(serving)}, biases only ${figure(biases)}.`),
      ndcg: new LineChart(byId("ndcg-chart"), "round", [line("candidate", "validation"), line("served", "best"), line("popularity", "other", [6, 4])],
        ([round, candidate, serving, popularity]) => `Round ${round}: candidate ${figure(candidate)}, served ${figure(serving)}, popularity ${figure(popularity)}.`),
    };
    this.#end = [watch("v1/training:watch", event => this.#receive(event))];
    attempt(() => this.#load());
  }

  hide() {
    this.#end.forEach(end => end());
    this.#end = [];
  }

  /** What the status of the service says of training. */
  status(training) {
    this.#running = training.state === "RUNNING";
    byId("start").disabled = byId("start-full").disabled = this.#running;
    byId("cancel").disabled = !this.#running;
    byId("progress").hidden = !this.#running;
    byId("progress").max = training.epochs || 1;
    byId("progress").value = this.#running ? training.epoch : 0;
    const pending = `${many(training.pendingRatings, "rating")} to be learnt`;
    byId("running").textContent = this.#running
      ? `Round ${training.roundId} runs on ${training.device}: epoch ${training.epoch} of ${training.epochs}; ${pending}.`
      : `No round runs; ${pending}. Training is on ${training.device}.`;
  }

  #receive(event) {
    if (event.roundId !== this.#round) {
      [this.#round, this.#epochs] = [event.roundId, []];
    }

    if (event.finished) {
      if (this.#announced !== event.roundId) {
        this.#announced = event.roundId;
        announce(`Round ${event.roundId} is ${outcome(event.finished)}.`);
      }

      attempt(() => this.#load());
    } else {
      // Without a hold-out there is no validation.
      this.#epochs = [...this.#epochs.filter(([epoch]) => epoch < event.epoch), [event.epoch, event.validationLoss || null, event.trainLoss]];
    }

    this.#followStatus();

    byId("loss-title").textContent = `Loss by epoch, round ${event.roundId}`;
    this.#charts.loss.show(this.#epochs);
  }

  async #start(fullRetrain) {
    const { roundId } = await post("v1/training:start", { fullRetrain });
    announce(`Round ${roundId} has started.`);
  }

  async #rollBack(model) {
    if (confirm(`Serve model ${model.version} again? It goes on serving until a candidate beats it.`)) {
      const { version } = await post(`v1/models/${model.version}:rollback`, {});
      announce(`Model ${version} serves again.`);
      await this.#load();
    }
  }

  async #load() {
    const [{ rounds }, { models }] = await Promise.all([get("v1/training", { rounds: roundsListed }), get("v1/models")]);
    const inOrder = [...rounds].sort((a, b) => Number(a.roundId) - Number(b.roundId));
    const measured = inOrder.filter(round => round.candidate?.validationRmse != null);
    this.#charts.loss.show(this.#epochs);
    this.#charts.rmse.show(measured.map(round =>
      [Number(round.roundId), round.candidate.validationRmse, round.serving?.validationRmse ?? null, round.biasRmse ?? null]));
    this.#charts.ndcg.show(measured.map(round =>
      [Number(round.roundId), round.candidate.validationNdcg10 ?? null, round.serving?.validationNdcg10 ?? null, round.popularityNdcg10 ?? null]));

    this.#rounds = inOrder.reverse();
    this.#showRounds();
    fill("models", models.map(model => [
      model.version, model.round?.roundId ?? "–", model.round?.startedAt ? ago(model.round.startedAt) : "–",
      figure(model.round?.candidate?.validationRmse), figure(model.round?.candidate?.validationNdcg10),
      `${number(model.sizeBytes / 1e6, 1)} MB`, el("code", { title: model.checksum }, model.checksum.slice(0, 8)),
      model.serving ? el("span", { class: "badge promoted" }, "serving")
        : el("button", { "aria-label": `Roll back to model ${model.version}`, onclick: () => attempt(() => this.#rollBack(model)) }, "Roll back"),
    ]), "No model has been promoted yet.");
  }

  #showRounds() {
    byId("more-rounds").hidden = this.#rounds.length <= this.#shown;
    fill("rounds", this.#rounds.slice(0, this.#shown).map(round => [
      round.roundId, el("span", { class: `badge ${outcome(round)}` }, outcome(round)), ago(round.startedAt), duration(parseFloat(round.duration), 1),
      number(round.ratings), figure(round.candidate?.validationRmse), figure(round.serving?.validationRmse),
      figure(round.candidate?.validationNdcg10), figure(round.serving?.validationNdcg10),
      [round.fullRetrain ? "From scratch:" : "", round.reason].filter(Boolean).join(" "),
    ]), "No round has ended yet. One starts by itself when enough ratings have come in.");
  }
}

const outcome = round => round.outcome.toLowerCase();

// Rows become cards in a narrow window; the roles keep them a table to screen readers.
function fill(id, rows, otherwise) {
  const table = byId(id);
  const names = [...table.tHead.rows[0].cells].map(cell => cell.textContent);
  table.hidden = rows.length === 0;
  const note = table.parentElement.querySelector(".empty") ?? table.parentElement.appendChild(el("p", { class: "note empty" }));
  note.textContent = rows.length === 0 ? otherwise : "";
  table.tBodies[0].replaceChildren(...rows.map(cells =>
    el("tr", { role: "row" }, ...cells.map((cell, i) => el("td", { role: "cell", "data-name": names[i] }, cell)))));
}
