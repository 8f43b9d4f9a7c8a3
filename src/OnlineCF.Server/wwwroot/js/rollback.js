import { post } from "./api.js";
import { ago, announce, attempt, byId, el } from "./dom.js";
import { compare } from "./gains.js";

/** Asks whether an earlier model shall serve again, and says what that changes. `done` is called afterwards. */
export class Rollback {
  #model;
  #done;

  constructor(done) {
    this.#done = done;
    const dialog = byId("rollback");
    dialog.onclose = () => dialog.returnValue === "roll back" && attempt(() => this.#rollBack());
  }

  ask(serving, model) {
    this.#model = model;
    byId("rollback-title").textContent = `Roll back to model ${model.version}`;
    const changes = compare(serving?.round?.candidate, model.round?.candidate);
    byId("rollback-changes").replaceChildren(
      el("li", {}, `Model ${model.version}${model.round?.startedAt ? `, trained ${ago(model.round.startedAt)},` : ""} serves instead of ${serving ? `model ${serving.version}` : "none"}, from the next list on and after every restart.`),
      ...changes.map(change => el("li", {}, change, ", each as measured in its own round")),
      el("li", {}, "What was rated since stays: lists go on moving with every rating."),
      el("li", {}, "It serves until a candidate of a later round beats it."));
    byId("rollback").returnValue = "";
    byId("rollback").showModal();
  }

  async #rollBack() {
    const { version } = await post(`v1/models/${this.#model.version}:rollback`, {});
    announce(`Model ${version} serves again.`);
    await this.#done();
  }
}
