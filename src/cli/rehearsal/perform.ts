import { randomUUID } from 'node:crypto';
import { systemClock } from '../../kernel/clock';
import { type Client, until } from './client';
import { type Names, type Play, TOTAL } from './play';
import { closureProblems, ownerProblems, signalProblems, type Found } from './signals';

/** One of the three things a rehearsal must yield (S2.40). */
export interface Verdict {
  readonly name: 'dashboard signal' | 'owner assignment' | 'closure evidence';
  /** What was seen. */
  readonly seen: string;
  /** Why it does not pass; empty: it does. */
  readonly problems: readonly string[];
}

const NAMES = ['dashboard signal', 'owner assignment', 'closure evidence'] as const;

/** From the provider's event to the closed exception. A step that fails fails what it was to show. */
export async function perform(client: Client, play: Play): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  try {
    const names = await announce(client);
    const found = await contradict(client, play, names);
    verdicts.push({ name: NAMES[0], ...signalProblems(play, found) });
    const known = { ...names, exceptionId: found.exceptionId };
    verdicts.push({ name: NAMES[1], ...(await own(client, play, known)) });
    verdicts.push({ name: NAMES[2], ...(await close(client, play, known)) });
  } catch (error) {
    const problem = error instanceof Error ? error.message : 'unknown';
    const missing = NAMES.slice(verdicts.length);
    for (const [at, name] of missing.entries()) {
      verdicts.push({ name, seen: '', problems: [at === 0 ? problem : 'not reached'] });
    }
  }
  return verdicts;
}

/** A cart with one payment on its way, in a channel of its own so that its figures stand alone. */
async function announce(client: Client): Promise<Names> {
  const run = randomUUID();
  const cartGuid = `cart-${run}`;
  const channel = `rehearsal-${run}`;
  const reference = `pi_${run}`;
  await client.mutate('STOREFRONT', 'registerCheckout', {
    input: { cartGuid, channel, total: TOTAL, customerId: `cus_${run}`, market: 'DE' },
    selection: 'order { id }',
  });
  const payment = { provider: client.provider, providerReference: reference, method: 'card' };
  const announced = await client.mutate<{ payment: { id: string } }>(
    'STOREFRONT',
    'createPayment',
    { input: { cartGuid, amount: TOTAL, ...payment }, selection: 'payment { id }' },
  );
  return {
    run,
    cartGuid,
    channel,
    reference,
    orderCode: `REHEARSAL-${run}`,
    paymentId: announced.payment.id,
    exceptionId: '',
  };
}

const SUMMARY = `query Dashboard($channel: String!) {
  summary: reconciliationSummary(filter: { channel: { eq: $channel } }) {
    customersCharged awaitingRepair refunded chargedWithoutDecision watching open
    retryModes { running paused blockedByDuplicateRisk } }
  list: reconciliationExceptions(filter: { live: true, channel: { eq: $channel } }) {
    nodes { id kind status occurrence deadline owner { role } amount { amount currencyCode } } } }`;

/** The provider tells of the money, then the shop tells that there is no order. */
async function contradict(
  client: Client,
  play: Play,
  names: Names,
): Promise<Found & { exceptionId: string }> {
  const { channel, paymentId, run } = names;
  const look = () => client.query<Found['before']>('FINANCE', SUMMARY, { channel });
  const before = await look();
  await client.deliver({
    event_id: `evt_${run}`,
    psp_reference: names.reference,
    cart_guid: names.cartGuid,
    occurred_at: systemClock().toISOString(),
    ...play.event(names),
  });
  const { payment } = await until(
    `the event is applied, so that the payment is ${play.paymentStatus}`,
    () => client.query<{ payment: PaymentSeen | null }>('PAYMENT', PAYMENT, { id: paymentId }),
    (seen) => seen.payment?.status === play.paymentStatus,
  );
  await client.mutate('STOREFRONT', 'recordOrderCreationFailure', {
    input: { orderId: payment?.order?.id ?? '', reason: 'Rehearsal: address normalisation failed' },
    selection: 'order { id }',
  });
  const after = await until(`the dashboard shows ${play.kind}`, look, ({ list }) =>
    list.nodes.some(({ status }) => status === 'OPEN'),
  );
  return { before, after, exceptionId: after.list.nodes[0]?.id ?? '' };
}

interface PaymentSeen {
  readonly status: string;
  readonly order: { readonly id: string } | null;
}
const PAYMENT = 'query Payment($id: ID!) { payment(id: $id) { status order { id } } }';

/** The two first questions, and who answers for it. */
async function own(client: Client, play: Play, { exceptionId }: Names) {
  await client.mutate(play.owner, 'triageException', {
    input: { exceptionId, ...play.triage },
    selection: 'exception { id }',
  });
  const person = `${play.owner.toLowerCase()}-lead@rehearsal`;
  const { exception } = await client.mutate<{ exception: Parameters<typeof ownerProblems>[1] }>(
    play.owner,
    'assignException',
    {
      input: { exceptionId, person },
      selection: 'exception { status owner { role person contributing } }',
    },
  );
  return ownerProblems({ role: play.owner, person }, exception);
}

/** Evidence, decision, action, customer message and note; then what stands on record of it. */
async function close(client: Client, play: Play, names: Names) {
  const { exceptionId } = names;
  const on = (input: object) => ({
    input: { exceptionId, ...input },
    selection: 'exception { id }',
  });
  for (const { role, kind, unavailable } of play.evidence) {
    const how =
      unavailable === undefined
        ? { reference: `rehearsal-${kind}` }
        : { available: false, note: unavailable };
    await client.mutate(role, 'attachEvidence', on({ kind, ...how }));
  }
  await client.mutate(play.owner, 'decideException', on(play.decision));
  await client.mutate(play.executor, 'startExceptionAction', on({}));
  for (const { role, mutation, input } of play.action(names)) {
    await client.mutate(role, mutation, { input, selection: '' });
  }
  await client.mutate('SUPPORT', 'recordCustomerMessage', on({ message: play.message }));
  const note = play.note(names);
  await client.mutate('FINANCE', 'closeException', on({ note }));
  return closureProblems(client, { play, names, note });
}
