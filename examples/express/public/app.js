import { JanuaClient } from '@janua/typescript-sdk';

const client = new JanuaClient(await (await fetch('/config.json')).json());
const part = (id) => document.getElementById(id);
let owed = null;

/** Calls the API of this example with a token that counts. */
async function call(path, body) {
  const response = await fetch(path, {
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${await client.auth.getAccessToken()}`,
      'content-type': 'application/json',
    },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

function list(id, texts) {
  const items = texts.map((text) => Object.assign(document.createElement('li'), { textContent: text }));
  part(id).replaceChildren(...items);
}

async function show() {
  const user = (await client.auth.isSignedIn()) ? await client.users.me() : null;
  part('sign-in').hidden = user !== null || owed !== null;
  part('code').hidden = user !== null || owed === null;
  part('inside').hidden = user === null;
  if (!user) return;
  part('who').textContent = user.email;
  list('notes', await call('/api/notes'));
  await look();
}

async function look() {
  const events = await call('/api/events');
  list(
    'events',
    events.map(({ type }) => type),
  );
}

/** Does what somebody wants, and tells when that fails. */
async function attempt(task) {
  part('failure').textContent = '';
  try {
    await task();
  } catch (error) {
    part('failure').textContent = error.message;
  }
}

const when = (id, event, task) =>
  part(id).addEventListener(event, (happened) => {
    happened.preventDefault();
    attempt(() => task(happened));
  });
const fields = (form, submitter) => Object.fromEntries(new FormData(form, submitter));

when('sign-in', 'submit', async ({ target, submitter }) => {
  const { email, password, how } = fields(target, submitter);
  const result = await client.auth[how]({ email, password });
  if (result.verification_required) throw new Error('Open the mail that is on its way, then sign in.');
  owed = result.mfa_required ? result.mfa_token : null;
  await show();
});
when('code', 'submit', async ({ target }) => {
  await client.mfa.verifyChallenge({ mfa_token: owed, code: fields(target).code });
  owed = null;
  await show();
});
when('add', 'submit', async ({ target }) => {
  list('notes', await call('/api/notes', fields(target)));
  target.reset();
});
when('look', 'click', look);
when('sign-out', 'click', () => client.auth.signOut());

// Another tab may sign out, too, and a session may end elsewhere.
for (const event of ['auth:signedOut', 'auth:expired']) client.on(event, () => attempt(show));
await attempt(show);
