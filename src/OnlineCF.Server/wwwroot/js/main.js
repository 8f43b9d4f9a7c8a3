import { connection, get } from "./api.js";
import { ago, byId, coalesced, number, report } from "./dom.js";
import { anyUser } from "./forget.js";
import { offerKeyAgain } from "./key.js";
import { TrainingView } from "./training.js";
import { UserView } from "./user.js";

const statusMilliseconds = 2000;
const status = coalesced(askStatus);
const views = { user: new UserView(), training: new TrainingView(status) };
let shown;
let before;

/** Shows the view that the address names: #/user/ID or #/training. */
function route() {
  const [, name, user] = location.hash.split("/");
  if (name !== "training" && !isUser(user ?? "")) {
    const last = localStorage.getItem("user") ?? "";
    location.replace(`#/user/${isUser(last) ? last : anyUser()}`);
    return;
  }

  shown?.hide();
  const training = name === "training";
  byId("training-view").hidden = !training;
  byId("user-view").hidden = training;
  for (const [id, current] of [["to-training", training], ["to-user", !training]]) {
    byId(id)[current ? "setAttribute" : "removeAttribute"]("aria-current", "page");
  }

  shown = training ? views.training : views.user;
  if (!training) {
    localStorage.setItem("user", user);
    byId("to-user").href = `#/user/${user}`;
  }

  shown.show(user);
}

// The protocol's ids are 64 bits wide, with a sign.
const isUser = text => /^[1-9][0-9]{0,18}$/.test(text) && BigInt(text) < 2n ** 63n;

async function askStatus() {
  try {
    const training = await get("v1/training", { rounds: 1 });
    const now = { at: performance.now(), sequence: Number(training.sequence) };
    if (!before || now.at - before.at > statusMilliseconds / 2) {
      byId("status-rate").textContent = before ? number(Math.max(0, now.sequence - before.sequence) / (now.at - before.at) * 1000) : "–";
      before = now;
    }

    byId("status-sequence").textContent = number(training.sequence);
    byId("status-model").textContent = training.modelVersion === "0" ? "none yet" : training.modelVersion;
    byId("status-age").textContent = training.modelTrainedAt ? ago(training.modelTrainedAt) : "–";
    byId("status-silos").textContent = training.silos;
    showSilos(training);
    views.training.status(training);
  } catch (error) {
    before = undefined;
    report(error);
  }
}

// A single silo is the page's own: there is nothing to tell apart.
function showSilos(training) {
  const list = byId("silos");
  list.hidden = training.siloList.length < 2;
  list.replaceChildren(...training.siloList.map(silo => {
    const line = document.createElement("li");
    const model = silo.modelVersion === "0" ? "no model yet" : `model ${silo.modelVersion}`;
    line.textContent = silo.roles
      ? `${silo.address}: ${silo.roles.replace(",", ", ")}; ${model}; ${number(silo.activations)} grains; ${silo.version}${silo.address === training.trainer ? "; rounds run here" : ""}`
      : `${silo.address} does not answer`;
    return line;
  }));
}

async function follow() {
  if (!document.hidden) {
    await status();
  }

  setTimeout(follow, statusMilliseconds);
}

/** One notice for all that waits for the server. */
function showConnection(event) {
  byId("unreachable").hidden = event.type === "back";
}

connection.addEventListener("lost", showConnection);
connection.addEventListener("back", showConnection);
addEventListener("hashchange", route);
offerKeyAgain();
// The address names the view: links within it move the focus instead.
byId("to-list").addEventListener("click", event => {
  event.preventDefault();
  byId("recommendations-title").scrollIntoView();
  byId("recommendations-title").focus();
});

// In a narrow window the figures are for who asks for them.
const isWide = matchMedia("(min-width: 800px)");
const foldStatus = () => byId("status-fold").open = isWide.matches;
isWide.addEventListener("change", foldStatus);
foldStatus();
document.querySelector(".skip").addEventListener("click", event => {
  event.preventDefault();
  byId("content").focus();
});
route();
follow();
