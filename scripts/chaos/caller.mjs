// A caller who does what callers shall do: the same request with the same key until it is answered.
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { SignJWT } from 'jose';

const ROLES = ['STOREFRONT', 'COMMERCE', 'PAYMENT', 'OMS', 'ENGINEERING', 'FINANCE', 'SYSTEM'];
/** The provider that a development server knows: docs/configuration.md. */
export const PROVIDER = 'sandbox';
const PROVIDER_SECRET = 'sandbox-secret-for-development';
const ANSWER_MS = 10_000;
const GIVE_UP_MS = 60_000;

export const jwtSecret = randomUUID() + randomUUID();

/** @param {string} url */
export async function callerOf(url) {
  const token = await new SignJWT({ roles: ROLES })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('chaos')
    .setExpirationTime('2h')
    .sign(new TextEncoder().encode(jwtSecret));
  const seen = { acknowledged: [], retried: 0, alreadyDone: 0 };

  async function post(path, text, headers) {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Null where there was no answer to rely on. */
  async function attempt(path, text, headers) {
    const answer = await post(path, text, headers).catch(() => null);
    return answer === null || answer.status >= 500 ? null : answer.body;
  }

  async function until(read) {
    const deadline = Date.now() + GIVE_UP_MS;
    for (let tries = 1; Date.now() < deadline; tries += 1) {
      const answer = await read();
      if (answer !== null) return { answer, tries };
      await wait(Math.min(20 * tries, 100));
    }
    throw new Error(`no answer within ${GIVE_UP_MS / 1000} s`);
  }

  async function query(text, variables) {
    const headers = { authorization: `Bearer ${token}` };
    const body = JSON.stringify({ query: text, variables });
    const { answer, tries } = await until(() => attempt('/graphql', body, headers));
    if (answer.errors) throw new Error(answer.errors[0].message);
    return { data: answer.data, tries };
  }

  /** The payload of a mutation and how often it was sent; cut off, it is sent again as it was. */
  async function send({ name, entity, input, control }) {
    const type = `${name[0].toUpperCase()}${name.slice(1)}Input`;
    const text = `mutation Chaos($input: ${type}!) { ${name}(input: $input) {
      ${entity} { id ${entity === 'exception' ? '' : 'exceptions(live: true) { id }'} }
      replayed userErrors { code message retryable } } }`;
    for (;;) {
      const { data, tries } = await query(text, { input: { ...input, control } });
      const payload = data[name];
      const [refused] = payload.userErrors;
      if (refused?.retryable) continue;
      if (refused) {
        const refusal = new Error(`${name}: ${refused.code} ${refused.message}`);
        throw Object.assign(refusal, { sentAgain: tries > 1 });
      }
      return { payload, tries };
    }
  }

  return {
    seen,
    query: async (text, variables) => (await query(text, variables)).data,
    async mutate(name, entity, input) {
      const control = { idempotencyKey: `chaos-${randomUUID()}` };
      const request = { name, entity, input, control };
      const { payload, tries } = await send(request);
      if (tries > 1) seen.retried += 1;
      if (tries > 1 && payload.replayed) seen.alreadyDone += 1;
      seen.acknowledged.push({ request, id: payload[entity].id });
      return payload;
    },
    /** A provider sends an event again until it is taken. */
    async deliver(event) {
      const text = JSON.stringify(event);
      const at = String(Math.floor(Date.now() / 1000));
      const hash = createHmac('sha256', PROVIDER_SECRET).update(`${at}.${text}`).digest('hex');
      const headers = { 'x-recon-timestamp': at, 'x-recon-signature': `sha256=${hash}` };
      await until(() => attempt(`/webhooks/${PROVIDER}`, text, headers));
    },
    /** Whether an acknowledged request is remembered: the same key answers the same entity again. */
    async isRemembered({ request, id }) {
      const { payload } = await send(request);
      return payload.replayed && payload[request.entity].id === id;
    },
  };
}
