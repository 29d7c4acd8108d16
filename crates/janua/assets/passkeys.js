// Lets the browser talk to passkeys; everything else on the pages works without this file. What a passkey answers goes
// back in a form of ours.
"use strict";

const toBytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (it) => it.charCodeAt(0));
};

const toText = (buffer) => {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const known = (list) => (list || []).map((it) => ({ ...it, id: toBytes(it.id) }));

// Browsers before 2024 or so lack the functions that read and write JSON.
const forCreation = (options) =>
  PublicKeyCredential.parseCreationOptionsFromJSON
    ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
    : {
        ...options,
        challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: known(options.excludeCredentials),
      };

const forRequest = (options) =>
  PublicKeyCredential.parseRequestOptionsFromJSON
    ? PublicKeyCredential.parseRequestOptionsFromJSON(options)
    : { ...options, challenge: toBytes(options.challenge), allowCredentials: known(options.allowCredentials) };

const toJson = (credential) => {
  if (credential.toJSON) return credential.toJSON();
  const { id, type, response, authenticatorAttachment } = credential;
  const told = { clientDataJSON: toText(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) told[name] = toText(response[name]);
  }
  if (response.getTransports) told.transports = response.getTransports();
  return {
    id, type, authenticatorAttachment, rawId: toText(credential.rawId), response: told,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
};

const ask = async (path, body, headers = {}) => {
  const answer = await fetch("/api/v1/passkeys/" + path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (answer.ok) return told;
  throw Object.assign(new Error(told.message), { code: told.code });
};

const send = (form, question, credential) => {
  form.elements.challenge_id.value = question.challenge_id;
  form.elements.credential.value = JSON.stringify(toJson(credential));
  form.submit();
};

const tell = (error) => {
  if (error.name === "AbortError") return;
  const place = document.getElementById("passkey-error");
  const cancelled = error.name === "NotAllowedError";
  place.textContent = cancelled ? place.dataset.cancelled : place.dataset.failed;
  if (error.code) place.textContent += " (" + error.code + ")";
  place.hidden = false;
};

const signIn = (form) => {
  let waiting = new AbortController();
  form.hidden = false;

  // Offers passkeys in the suggestions of the name field, for as long as the page is open.
  const offer = async () => {
    const able = PublicKeyCredential.isConditionalMediationAvailable;
    if (!able || !(await able.call(PublicKeyCredential))) return;
    const { signal } = waiting;
    const question = await ask("authenticate/options", { conditional: true });
    const publicKey = forRequest(question.public_key);
    const credential = await navigator.credentials.get({ publicKey, mediation: "conditional", signal });
    send(form, question, credential);
  };
  // Nobody asked for it: what goes wrong here is not told.
  offer().catch(() => {});

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    waiting.abort();
    try {
      const question = await ask("authenticate/options", {});
      send(form, question, await navigator.credentials.get({ publicKey: forRequest(question.public_key) }));
    } catch (error) {
      tell(error);
    }
  });
};

const add = (form) => {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const question = await ask("register/options", {}, { "X-CSRF-Token": form.dataset.csrf });
      send(form, question, await navigator.credentials.create({ publicKey: forCreation(question.public_key) }));
    } catch (error) {
      if (error.code === "REAUTHENTICATION_REQUIRED") {
        location.assign("/auth/step-up?return_to=" + encodeURIComponent(location.pathname));
      } else {
        tell(error);
      }
    }
  });
};

const step = (form) => {
  const question = JSON.parse(form.dataset.question);
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // The wish to be remembered stands beside the code.
    const remember = document.getElementById("remember_device");
    if (remember && remember.checked && !form.elements.remember_device) form.append(remember.cloneNode());
    try {
      send(form, question, await navigator.credentials.get({ publicKey: forRequest(question.public_key) }));
    } catch (error) {
      tell(error);
    }
  });
};

if (window.PublicKeyCredential) {
  const forms = { "passkey-sign-in": signIn, "passkey-add": add, "passkey-step": step };
  for (const [id, begin] of Object.entries(forms)) {
    const form = document.getElementById(id);
    if (form) begin(form);
  }
}
