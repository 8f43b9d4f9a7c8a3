import { remove } from "./api.js";
import { announce, attempt, byId, many } from "./dom.js";

/** Asks whether a user's ratings shall be erased for good, and does so. `forgotten(user)` is called afterwards. */
export function offerForgetting(userShown, forgotten) {
  const dialog = byId("forget");
  byId("forget-me").onclick = () => {
    byId("forget-text").textContent = `Everything that is kept of ${nameOfUser(userShown())} is erased: every rating and what was kept out of the list. Nobody can bring it back, and the next round of training does without it.`;
    dialog.returnValue = "";
    dialog.showModal();
  };
  dialog.onclose = () => dialog.returnValue === "forget" && attempt(async () => {
    const user = userShown();
    const { ratings } = await remove(`v1/users/${user}`);
    forgotten(user);
    byId("user-note").textContent = `Forgotten: ${many(ratings, "rating")} erased.`;
    announce(byId("user-note").textContent);
  });
}

const firstVisitor = 1_000_000_000;

/** An id that nobody is likely to have: ids in use are mostly small. */
export const anyUser = () => String(firstVisitor + Math.floor(Math.random() * 8_000_000_000));

export const isVisitor = user => Number(user) >= firstVisitor;

export const nameOfUser = user => isVisitor(user) ? `visitor ${user}` : `user ${user}`;
