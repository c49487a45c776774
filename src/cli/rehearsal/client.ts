import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Role } from '../../kernel/actor';

/** What the play needs of a deployment: everything goes over HTTP. */
export interface Client {
  /** The provider's name there. */
  readonly provider: string;
  /** Throws what the answer says is wrong. */
  query<Data>(role: Role, text: string, variables: object): Promise<Data>;
  /** One mutation with a key of its own: answers its payload, throws its refusal. */
  mutate<Payload>(role: Role, name: string, change: Change): Promise<Payload>;
  /** Delivers an event as the provider signs it. Throws unless it is going to be applied. */
  deliver(event: object): Promise<void>;
}

export interface Change {
  readonly input: object;
  readonly selection: string;
}

export interface Deployment {
  readonly url: string;
  /** Null: the development header names the role of each step. */
  readonly token: string | null;
  readonly provider: string;
  readonly providerSecret: string;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}
interface UserError {
  readonly code: string;
  readonly message: string;
  readonly missingEvidence: readonly string[] | null;
}

const ANSWER_MS = 10_000;

export function clientOf(deployment: Deployment): Client {
  const query: Client['query'] = (role, text, variables) =>
    ask(deployment, role, { query: text, variables });
  return {
    provider: deployment.provider,
    query,
    async mutate<Payload>(role: Role, name: string, { input, selection }: Change) {
      const type = `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}Input`;
      const text = `mutation Rehearse($input: ${type}!) { ${name}(input: $input) {
        ${selection} userErrors { code message missingEvidence } } }`;
      const control = { idempotencyKey: `rehearse-${randomUUID()}` };
      const data = await query<Record<string, Payload & { userErrors: UserError[] }>>(role, text, {
        input: { ...input, control },
      });
      const payload = data[name];
      if (payload === undefined) throw new Error(`${name} was not answered`);
      const [refused] = payload.userErrors;
      if (refused !== undefined) throw new Error(`${name} was refused: ${sentence(refused)}`);
      return payload;
    },
    deliver: (event) => deliver(deployment, event),
  };
}

function sentence({ code, message, missingEvidence }: UserError): string {
  return [code, message, ...(missingEvidence ?? [])].join(' ');
}

async function ask<Data>(
  { url, token }: Deployment,
  role: Role,
  body: { query: string; variables: object },
): Promise<Data> {
  const signIn: Record<string, string> =
    token === null
      ? { 'x-recon-actor': `${role.toLowerCase()}@rehearsal; roles=${role}` }
      : { authorization: `Bearer ${token}` };
  const response = await post(`${url}/graphql`, JSON.stringify(body), signIn);
  const answer = (await response.json().catch(() => ({}))) as Answer;
  const [error] = answer.errors ?? [];
  if (error !== undefined) throw new Error(`as ${role}: ${error.message}`);
  if (!response.ok || answer.data === undefined) {
    throw new Error(`${url}/graphql answered ${response.status} to ${role}`);
  }
  return answer.data as Data;
}

const WHY: Readonly<Record<string, string>> = {
  '401': 'the signature is not accepted: is --provider-secret the one of this provider?',
  '404': 'the provider is not configured there: --provider names a generic HMAC provider',
  SANDBOX:
    'the deployment records sandbox events and does not apply them: RECON_SANDBOX_EVENTS=apply makes it a place to rehearse in',
};

async function deliver(
  { url, provider, providerSecret }: Deployment,
  event: object,
): Promise<void> {
  const text = JSON.stringify({ ...event, live_mode: false });
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const hash = createHmac('sha256', providerSecret).update(`${timestamp}.${text}`).digest('hex');
  const response = await post(`${url}/webhooks/${encodeURIComponent(provider)}`, text, {
    'x-recon-timestamp': timestamp,
    'x-recon-signature': `sha256=${hash}`,
  });
  const { outcome } = (await response.json().catch(() => ({}))) as { outcome?: string };
  if (outcome === 'RECEIVED') return;
  const said = response.ok ? (outcome ?? 'nothing') : String(response.status);
  throw new Error(`the webhook was answered ${said}: ${WHY[said] ?? 'it will not be applied'}`);
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  } catch (error) {
    const reason = error instanceof Error && error.name === 'TimeoutError' ? 'in time' : 'at all';
    throw new Error(`${url} does not answer ${reason}`, { cause: error });
  }
}

const REACHED_MS = 20_000;
const ASK_AGAIN_MS = 50;

/** Asks until the answer is good, at most 20 s; then throws what the last one was. */
export async function until<State>(
  what: string,
  read: () => Promise<State>,
  isGood: (state: State) => boolean,
): Promise<State> {
  const deadline = performance.now() + REACHED_MS;
  for (;;) {
    const state = await read();
    if (isGood(state)) return state;
    if (performance.now() > deadline) {
      const last = JSON.stringify(state);
      throw new Error(`not within ${REACHED_MS / 1000} s: ${what}; the last answer was ${last}`);
    }
    await wait(ASK_AGAIN_MS);
  }
}
