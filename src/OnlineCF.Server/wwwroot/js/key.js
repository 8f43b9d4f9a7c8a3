import { byId } from "./dom.js";

let asking;
let declined = false;

/** The key that was typed into this tab; it goes when the tab does. */
export const keyOfTab = () => sessionStorage.getItem("key");

/**
 * Waits until there is another key than the one that was refused; false where the person will not give one. Whoever
 * calls meanwhile waits for the same answer.
 */
export function anotherKey(refused) {
  if (keyOfTab() !== refused) {
    return Promise.resolve(true);
  }

  return declined ? Promise.resolve(false) : asking ??= ask(refused !== null).finally(() => asking = undefined);
}

function ask(wasRefused) {
  const dialog = byId("key");
  byId("key-note").textContent = wasRefused ? "This key is not good here, or no longer." : "This server wants a key from everybody.";
  byId("key-text").value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise(answer => {
    dialog.onclose = () => {
      const key = byId("key-text").value.trim();
      byId("key-text").value = "";
      declined = dialog.returnValue !== "use" || key === "";
      byId("locked").hidden = !declined;
      if (!declined) {
        sessionStorage.setItem("key", key);
      }

      answer(!declined);
    };
  });
}

/** Lets the person who closed the dialog think again. */
export function offerKeyAgain() {
  byId("enter-key").onclick = () => {
    declined = false;
    sessionStorage.removeItem("key");
    location.reload();
  };
}
