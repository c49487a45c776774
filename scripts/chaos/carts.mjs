// Carts whose every effect would show if it were lost or done twice.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { PROVIDER } from './caller.mjs';

const eur = (cents) => ({ amount: `${(cents / 100).toFixed(2)}`, currencyCode: 'EUR' });
const PARTS = [1_100, 2_300, 500];
const TOTAL = 12_900;
const EVIDENCE = ['PAYMENT_REFERENCE', 'DOWNSTREAM_STATUS', 'REPLAY_MARKER'];

/** Buys one cart from the first request to the order; answers what must be found of it. */
export async function buy(caller, kind, isOpen) {
  const run = randomUUID();
  const reference = `pi_${run}`;
  const code = `ORDER-${run}`;
  return kind === 'orphan'
    ? buyOrphan(caller, { run, reference, code }, isOpen)
    : buyRegistered(caller, { run, reference, code });
}

async function buyRegistered(caller, { run, reference, code }) {
  const cartGuid = `cart-${run}`;
  const registered = await caller.mutate('registerCheckout', 'order', {
    cartGuid,
    total: eur(TOTAL),
    customerId: `cus_${run}`,
  });
  const { payment } = await caller.mutate('createPayment', 'payment', {
    cartGuid,
    provider: PROVIDER,
    providerReference: reference,
    amount: eur(TOTAL),
  });
  const moves = [['AUTHORIZE', TOTAL], ...PARTS.map((part) => ['CAPTURE', part])];
  const transactions = moves.map(([, cents], at) => ({ id: `tx_${at}_${run}`, cents }));
  for (const [at, [type, cents]] of moves.entries()) {
    await caller.mutate('recordTransactionResult', 'payment', {
      paymentId: payment.id,
      type,
      result: 'SUCCEEDED',
      processedAmount: eur(cents),
      gatewayTransactionId: transactions[at].id,
    });
  }
  const failed = await caller.mutate('recordOrderCreationFailure', 'order', {
    orderId: registered.order.id,
    reason: 'chaos',
  });
  const evidence = await attach(caller, run, failed.order.exceptions);
  await caller.mutate('createOrder', 'order', { cartGuid, code });
  const captured = PARTS.reduce((sum, part) => sum + part, 0);
  return {
    code,
    authorized: TOTAL,
    captured,
    transactions: transactions.map(({ id }) => id),
    evidence,
  };
}

/** The provider was faster than the shop: its money is adopted when the order comes. */
async function buyOrphan(caller, { run, reference, code }, isOpen) {
  const capture = `ch_${run}`;
  const event = `evt_${run}`;
  await caller.deliver({
    event_id: event,
    psp_reference: reference,
    occurred_at: new Date().toISOString(),
    status: 'captured',
    capture_id: capture,
    amount: eur(TOTAL).amount,
    currency: 'EUR',
  });
  const exceptions = await exceptionsOf(caller, reference, isOpen);
  if (exceptions === null) return { event };
  const evidence = await attach(caller, run, exceptions);
  await caller.mutate('createOrder', 'order', {
    cartGuid: `cart-${run}`,
    code,
    total: eur(TOTAL),
    payments: [{ provider: PROVIDER, providerReference: reference }],
  });
  return { code, authorized: TOTAL, captured: TOTAL, transactions: [capture], evidence };
}

const PAYMENT = `query Payment($reference: String!) {
  payment(provider: "${PROVIDER}", providerReference: $reference) {
    exceptions(live: true) { id } } }`;
const APPLIED_MS = 2_000;

/** Null at the end of the day: a killed applier's lease takes 30 s to run out. Nobody waits for it then. */
async function exceptionsOf(caller, reference, isOpen) {
  const began = Date.now();
  while (isOpen() || Date.now() < began + APPLIED_MS) {
    const { payment } = await caller.query(PAYMENT, { reference });
    if (payment?.exceptions.length > 0) return payment.exceptions;
    await wait(100);
  }
  return null;
}

/** Nothing but its key keeps a piece of evidence from being attached twice. */
async function attach(caller, run, [exception]) {
  const references = [];
  for (const kind of EVIDENCE) {
    const reference = `${kind}-${run}`;
    await caller.mutate('attachEvidence', 'exception', {
      exceptionId: exception.id,
      kind,
      reference,
    });
    references.push(reference);
  }
  return references;
}

const ORDER = `query Cart($code: String!) { order(code: $code) {
  payments { amounts { authorized { amount } captured { amount } }
    transactions { gatewayTransactionId } }
  exceptions { evidence { reference } } } }`;

const DELIVERY = `query Delivery($event: String!) {
  webhookDeliveries(filter: { eventId: { eq: $event } }) { totalCount } }`;

/** What is lost or doubled of a cart that was bought, or of a webhook that waits to be applied. */
export async function audit(caller, bought) {
  if ('event' in bought) {
    const { webhookDeliveries } = await caller.query(DELIVERY, bought);
    return { lost: webhookDeliveries.totalCount === 0 ? [bought.event] : [], doubled: [] };
  }
  const { order } = await caller.query(ORDER, { code: bought.code });
  const found = { lost: [], doubled: [] };
  if (order === null) return { lost: [bought.code], doubled: [] };
  const count = (wanted, all) => {
    for (const one of wanted) {
      const times = all.filter((other) => other === one).length;
      if (times === 0) found.lost.push(one);
      if (times > 1) found.doubled.push(one);
    }
  };
  const { payments, exceptions } = order;
  count(
    bought.transactions,
    payments.flatMap((one) => one.transactions.map((each) => each.gatewayTransactionId)),
  );
  count(
    bought.evidence,
    exceptions.flatMap((one) => one.evidence.map((each) => each.reference)),
  );
  for (const name of ['authorized', 'captured']) {
    const cents = payments.reduce(
      (sum, { amounts }) => sum + Math.round(Number(amounts?.[name].amount ?? 0) * 100),
      0,
    );
    if (cents < bought[name]) found.lost.push(`${name} of ${bought.code}`);
    if (cents > bought[name]) found.doubled.push(`${name} of ${bought.code}`);
  }
  return found;
}

/** Null, or the first fault of the whole journal. */
export async function journalFault(caller) {
  const text = `query Verify($after: String) { verifyJournal(after: $after, first: 10000) {
    valid endCursor firstBad { reason } } }`;
  for (let after = null; ;) {
    const { verifyJournal: page } = await caller.query(text, { after });
    if (!page.valid) return page.firstBad.reason;
    if (page.endCursor === null) return null;
    after = page.endCursor;
  }
}
