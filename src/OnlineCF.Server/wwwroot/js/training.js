import { connection, get, post, watch } from "./api.js";
import { LineChart } from "./charts.js";
import { ago, announce, attempt, byId, duration, el, many, number } from "./dom.js";
import { gain, gainOf, gainsOf } from "./gains.js";
import { Rollback } from "./rollback.js";
import { Runs } from "./runs.js";

const roundsAsked = 100;
const roundsShown = 10;
const leastShare = 0.0005;
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
  #next = "";
  #models = [];
  #runs = new Runs();
  #rollback = new Rollback(() => this.#load());
  #shown = roundsShown;
  #announced;
  #followStatus;

  /** `followStatus` asks for the status of the service at once. */
  constructor(followStatus) {
    this.#followStatus = followStatus;
    byId("more-rounds").onclick = () => {
      this.#shown += roundsShown;
      attempt(() => this.#showMore());
    };
    connection.addEventListener("back", () => !byId("training-view").hidden && attempt(() => this.#load()));
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
        ([round, candidate, serving, biases]) => `Round ${round}: candidate ${figure(candidate)}, served ${figure(serving)}, biases only ${figure(biases)}.`, { marks: () => this.#marks("validationRmse") }),
      ndcg: new LineChart(byId("ndcg-chart"), "round", [line("candidate", "validation"), line("served", "best"), line("popularity", "other", [6, 4])],
        ([round, candidate, serving, popularity]) => `Round ${round}: candidate ${figure(candidate)}, served ${figure(serving)}, popularity ${figure(popularity)}.`, { marks: () => this.#marks("validationNdcg10") }),
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

  async #load() {
    const [{ rounds, nextPageToken }, { models }] = await Promise.all([get("v1/training/rounds", { page_size: roundsAsked }), get("v1/models")]);
    this.#rounds = [...rounds].sort((a, b) => Number(b.roundId) - Number(a.roundId));
    [this.#next, this.#models] = [nextPageToken, models];
    const measured = this.#measured();
    this.#charts.loss.show(this.#epochs);
    this.#charts.rmse.show(measured.map(round =>
      [Number(round.roundId), round.candidate.validationRmse, round.serving?.validationRmse ?? null, round.biasRmse ?? null]));
    this.#charts.ndcg.show(measured.map(round =>
      [Number(round.roundId), round.candidate.validationNdcg10 ?? null, round.serving?.validationNdcg10 ?? null, round.popularityNdcg10 ?? null]));

    this.#runs.show(this.#rounds);
    this.#showRounds();
    this.#showModels();
  }

  #measured() {
    return this.#rounds.filter(round => round.candidate?.validationRmse != null).reverse();
  }

  // A model newer than the one that serves was rolled back.
  #fate(round) {
    const serving = this.#models.find(model => model.serving);
    return outcome(round) === "promoted" && serving && Number(round.version) > Number(serving.version) ? "rolled back" : outcome(round);
  }

  #marks(name) {
    return this.#measured().filter(round => marks[this.#fate(round)] && round.candidate[name] != null)
      .map(round => ({ x: Number(round.roundId), y: round.candidate[name], ...marks[this.#fate(round)] }));
  }

  #showModels() {
    const serving = this.#models.find(model => model.serving);
    const gains = serving?.round ? gainsOf(serving.round) : [];
    byId("gains").replaceChildren(...gains.length === 0 ? [] : [`Model ${serving.version} serves: `, ...gains.flatMap((gain, i) => i === 0 ? [gain] : ["; ", gain]), "."]);
    fill("models", this.#models.map(model => [
      model.version, model.round?.roundId ?? "–", model.round?.startedAt ? ago(model.round.startedAt) : "–",
      figure(model.round?.candidate?.validationRmse), figure(model.round?.candidate?.validationNdcg10),
      `${number(model.sizeBytes / 1e6, 1)} MB`, el("code", { title: model.checksum }, model.checksum.slice(0, 8)),
      model.serving ? el("span", { class: "badge promoted" }, "serving")
        : el("button", { "aria-label": `Roll back to model ${model.version}`, onclick: () => this.#rollback.ask(serving, model) }, "Roll back"),
    ]), "No model has been promoted yet.");
  }

  async #showMore() {
    if (this.#rounds.length < this.#shown && this.#next) {
      const { rounds, nextPageToken } = await get("v1/training/rounds", { page_size: roundsAsked, page_token: this.#next });
      this.#rounds.push(...rounds);
      this.#next = nextPageToken;
    }

    this.#showRounds();
  }

  #showRounds() {
    byId("more-rounds").hidden = this.#rounds.length <= this.#shown && !this.#next;
    fill("rounds", this.#rounds.slice(0, this.#shown).map(round => [
      round.roundId, el("span", { class: `badge ${outcome(round)}` }, this.#fate(round)), ago(round.startedAt), duration(parseFloat(round.duration), 1),
      number(round.ratings), measured(round, "validationRmse", true), figure(round.serving?.validationRmse),
      measured(round, "validationNdcg10", false), figure(round.serving?.validationNdcg10),
      [round.fullRetrain ? "From scratch:" : "", round.reason].filter(Boolean).join(" "),
    ]), "No round has ended yet. One starts by itself when enough ratings have come in.");
  }
}

const marks = { promoted: { text: "▲", colour: "best" }, rejected: { text: "✕", colour: "bad" }, "rolled back": { text: "↩", colour: "train" } };

// A candidate's figure, and what it gained or lost against the model that served.
function measured({ candidate, serving }, name, lowerIsBetter) {
  const share = gainOf(candidate?.[name], serving?.[name], lowerIsBetter);
  return el("span", {}, figure(candidate?.[name]), ...Math.abs(share) < leastShare ? [] : [" ", gain(share)]);
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
