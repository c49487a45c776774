import fc from 'fast-check';
import { type Move } from './step';

// What may be played. Numbers pick among what there is at the time, amounts are relative to the most there is.

const is = (name: string, fields: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.record({ is: fc.constant(name), cart: fc.nat({ max: 1 }), ...fields }) as fc.Arbitrary<Move>;

const pick = fc.nat({ max: 4 });
const payment = fc.nat({ max: 2 });
const part = fc.nat({ max: 3 });
const bool = fc.boolean();
const seldom = fc.nat({ max: 5 }).map((at) => at === 0);
const amount = fc.constantFrom('all', 'all', 'all', 'half', 'half', 'over', 'zero', 'foreign');
const result = fc.constantFrom(
  'PENDING',
  'SUCCEEDED',
  'SUCCEEDED',
  'SUCCEEDED',
  'FAILED',
  'INDETERMINATE',
  'CANCELLED',
);
const policy = fc.constantFrom(
  'BEFORE_FULFILLING',
  'AT_SHIPMENT',
  'AT_INVOICE',
  'AT_ORDER',
  'ON_DELIVERY',
);
const type = fc.constantFrom(
  'AUTHORIZE',
  'AUTHORIZE',
  'AUTH_ADJUST',
  'CAPTURE',
  'CAPTURE',
  'SALE',
  'VOID',
  'CAPTURE_REVERSAL',
  'REFUND',
  'REFUND_REVERSAL',
  'CHARGEBACK',
  'CHARGEBACK_REVERSAL',
);

const orders = fc.oneof(
  is('registerCheckout'),
  is('createOrder', { code: fc.constantFrom('1', '1', '2') }),
  is('createSellerOrder', { seller: fc.nat({ max: 1 }), linked: seldom.map((no) => !no) }),
  is('recordOrderCreationFailure', { pick }),
  is('confirmOrderBySeller', { pick, asSeller: seldom }),
  is('releaseOrderForHandling', { pick }),
  is('startHandling', { pick, asSeller: seldom }),
  is('insertInvoice', { pick, amount, number: fc.nat({ max: 3 }), asSeller: seldom }),
  is('requestOrderCancellation', { pick }),
  is('denyOrderCancellation', { pick }),
  is('cancelOrder', { pick, force: bool }),
  is('replaceOrder', { pick, linked: seldom.map((no) => !no) }),
  is('recordOmsStatus', {
    pick,
    oms: fc.constantFrom('PENDING', 'ACCEPTED', 'ALLOCATED', 'REJECTED'),
    cause: bool,
  }),
  is('grantRefund', { pick, amount }),
);
const payments = fc.oneof(
  is('createPayment', {
    amount,
    priority: fc.nat({ max: 2 }),
    rule: fc.constantFrom('early', 'early', 'early', 'early', 'direct'),
    deferred: fc.nat({ max: 9 }).map((at) => at === 0),
  }),
  is('requestCapture', { payment, amount, asSeller: seldom, final: seldom }),
  is('repeatRequest', { payment, pick }),
  is('requestVoid', { payment, amount: fc.oneof(amount, fc.constant('none')) }),
  is('requestRefund', { payment, amount, allocation: fc.constantFrom('CHOSEN', 'AUTOMATIC') }),
  is('cancelPayment', { payment }),
  is('editPaymentInstruction', { payment, amount: fc.constantFrom('all', 'none', 'none') }),
);
const facts = fc.oneof(
  { weight: 4, arbitrary: is('result', { pick, result, amount, closed: seldom, hard: seldom }) },
  {
    weight: 1,
    arbitrary: is('staleResult', { pick, result: fc.constantFrom('PENDING', 'FAILED') }),
  },
  {
    weight: 4,
    arbitrary: is('fact', { payment, type, result, amount, pick, expires: seldom, hard: seldom }),
  },
  {
    weight: 1,
    arbitrary: is('recordPaymentStatus', {
      payment,
      word: fc.constantFrom('PENDING', 'IN_PROCESS', 'REJECTED', 'CANCELLED', 'EXPIRED', 'VACATED'),
      stale: seldom,
    }),
  },
  {
    weight: 1,
    arbitrary: is('resolveIndeterminateTransaction', { pick, result, amount, closed: seldom }),
  },
);
const parts = fc.oneof(
  is('createFulfillment', { amount, policy, seller: seldom }),
  is('reserveFulfillment', { part }),
  is('captureFulfillment', { part, asSeller: seldom }),
  is('retryCapture', { part, asSeller: seldom }),
  is('resolveCapture', { part, amount }),
  is('cancelFulfillment', { part }),
  is('startFulfilling', { part }),
  is('shipFulfillment', { part }),
  is('confirmDelivery', { part, carrier: bool }),
  is('recordReturn', { part }),
  is('splitFulfillment', { part, amount }),
);
const time = fc.oneof(
  is('wait', { seconds: fc.constantFrom(60, 1_200, 7_300, 90_000) }),
  is('sweep'),
  is('sweep'),
);

export const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 5, arbitrary: orders },
  { weight: 4, arbitrary: payments },
  { weight: 6, arbitrary: facts },
  { weight: 5, arbitrary: parts },
  { weight: 2, arbitrary: time },
  { weight: 2, arbitrary: is('answerTriage') },
);

type Part = Readonly<Record<string, unknown>> & { readonly is: string };
/** An authorized order. */
export const PAID: readonly Part[] = [
  { is: 'registerCheckout' },
  { is: 'createPayment', amount: 'all' },
  { is: 'fact', type: 'AUTHORIZE', result: 'SUCCEEDED', amount: 'all' },
  { is: 'createOrder', code: '1' },
];
const TWICE: readonly Part[] = [
  { is: 'registerCheckout' },
  { is: 'createOrder', code: '1' },
  { is: 'createPayment', amount: 'half', priority: 1 },
  { is: 'createPayment', amount: 'all' },
  { is: 'fact', type: 'AUTHORIZE', payment: 0, result: 'SUCCEEDED', amount: 'all' },
  { is: 'fact', type: 'AUTHORIZE', payment: 1, result: 'SUCCEEDED', amount: 'all' },
];
const SOLD: readonly Part[] = [
  { is: 'registerCheckout' },
  { is: 'createPayment', amount: 'all' },
  { is: 'fact', type: 'SALE', result: 'SUCCEEDED', amount: 'all' },
  { is: 'createOrder', code: '1' },
];
const HANDLED: readonly Part[] = [{ is: 'releaseOrderForHandling' }, { is: 'startHandling' }];
const done = { is: 'result', result: 'SUCCEEDED', amount: 'all' };
const failed = { is: 'result', result: 'FAILED', amount: 'all' };
const unknown = { is: 'result', result: 'INDETERMINATE', amount: 'all' };
const answered = { is: 'resolveIndeterminateTransaction', result: 'SUCCEEDED', amount: 'all' };
const invoice = { is: 'insertInvoice', amount: 'all', number: 0 };
const SENT: readonly Part[] = [
  { is: 'startFulfilling' },
  { is: 'shipFulfillment' },
  done,
  { is: 'confirmDelivery', carrier: true },
];
const planned = (as: string, size = 'all'): Part => ({
  is: 'createFulfillment',
  amount: size,
  policy: as,
});
const captured: readonly Part[] = [{ is: 'captureFulfillment' }, done];
const calm: Part = { is: 'answerTriage' };

/** Ways through the product that chance alone would rarely find. */
const PATHS: Readonly<Record<string, readonly Part[]>> = {
  before: [
    ...PAID,
    planned('BEFORE_FULFILLING'),
    { is: 'reserveFulfillment' },
    ...HANDLED,
    ...captured,
    ...SENT,
    invoice,
  ],
  shipment: [
    ...TWICE,
    planned('AT_SHIPMENT'),
    { is: 'reserveFulfillment' },
    ...HANDLED,
    ...SENT,
    done,
    invoice,
  ],
  atInvoice: [
    ...PAID,
    planned('AT_INVOICE'),
    { is: 'reserveFulfillment' },
    ...HANDLED,
    ...SENT,
    invoice,
    done,
  ],
  atOrder: [
    ...SOLD,
    planned('AT_ORDER'),
    ...HANDLED,
    ...SENT,
    invoice,
    { is: 'recordReturn' },
    { is: 'requestRefund', amount: 'all' },
    done,
  ],
  retried: [
    ...PAID,
    planned('BEFORE_FULFILLING'),
    { is: 'reserveFulfillment' },
    { is: 'captureFulfillment' },
    failed,
    calm,
    { is: 'retryCapture' },
    done,
    ...SENT,
  ],
  resolved: [
    ...PAID,
    planned('BEFORE_FULFILLING'),
    { is: 'captureFulfillment' },
    failed,
    calm,
    { is: 'resolveCapture', amount: 'all' },
    ...SENT,
  ],
  looked: [
    ...PAID,
    planned('BEFORE_FULFILLING'),
    { is: 'captureFulfillment' },
    unknown,
    answered,
    ...SENT,
  ],
  parts: [
    ...PAID,
    planned('BEFORE_FULFILLING', 'half'),
    planned('AT_SHIPMENT'),
    { is: 'reserveFulfillment', part: 1 },
    { is: 'cancelFulfillment', part: 0 },
    done,
    { is: 'startFulfilling', part: 1 },
    { is: 'shipFulfillment', part: 1 },
    done,
  ],
  lost: [
    ...PAID,
    planned('BEFORE_FULFILLING'),
    { is: 'captureFulfillment' },
    failed,
    { is: 'cancelFulfillment' },
    done,
    { is: 'replaceOrder', linked: true },
  ],
  split: [
    ...PAID,
    planned('AT_SHIPMENT'),
    { is: 'splitFulfillment' },
    { is: 'reserveFulfillment', part: 0 },
    { is: 'reserveFulfillment', part: 1 },
  ],
  plain: [
    ...PAID,
    ...HANDLED,
    invoice,
    done,
    { is: 'grantRefund', amount: 'all' },
    { is: 'requestRefund', amount: 'half' },
    done,
  ],
  partly: [
    ...PAID,
    ...HANDLED,
    { ...invoice, amount: 'half' },
    done,
    ...HANDLED,
    { ...invoice, number: 1 },
    done,
  ],
  stuck: [...PAID, ...HANDLED, invoice, failed, calm, { is: 'cancelOrder' }, done],
  forced: [
    ...PAID,
    { is: 'requestCapture', amount: 'half' },
    done,
    { is: 'cancelOrder' },
    { is: 'cancelOrder', force: true },
    done,
    done,
    { is: 'replaceOrder', linked: true },
  ],
  replaced: [
    ...PAID,
    { is: 'requestCapture', amount: 'all' },
    done,
    { is: 'cancelOrder', force: true },
    failed,
    calm,
    { is: 'replaceOrder', linked: true },
  ],
  seller: [
    ...PAID,
    { is: 'createSellerOrder', seller: 0 },
    { is: 'confirmOrderBySeller', pick: 1 },
    { is: 'releaseOrderForHandling', pick: 1 },
    { is: 'startHandling', pick: 1 },
    ...HANDLED,
    { ...invoice, pick: 1 },
    done,
    { ...invoice, number: 1 },
    done,
  ],
  sellerSent: [
    ...PAID,
    { is: 'createSellerOrder', seller: 0 },
    { is: 'confirmOrderBySeller', pick: 1 },
    { ...planned('AT_INVOICE'), seller: true },
    { is: 'reserveFulfillment' },
    { is: 'releaseOrderForHandling', pick: 1 },
    { is: 'startHandling', pick: 1 },
    ...HANDLED,
    ...SENT,
    { ...invoice, pick: 1 },
    done,
    { ...invoice, number: 1 },
    done,
  ],
  denied: [
    { is: 'registerCheckout' },
    { is: 'createPayment', amount: 'all' },
    { is: 'createOrder', code: '1' },
    { is: 'recordPaymentStatus', word: 'REJECTED' },
    { is: 'wait', seconds: 90_000 },
    { is: 'sweep' },
  ],
  again: [
    { is: 'registerCheckout' },
    { is: 'createPayment', amount: 'all' },
    { is: 'createOrder', code: '1' },
    { is: 'recordPaymentStatus', word: 'REJECTED' },
    { is: 'createPayment', amount: 'all' },
    { is: 'fact', type: 'AUTHORIZE', payment: 1, result: 'SUCCEEDED', amount: 'all' },
  ],
  asked: [
    ...PAID,
    { is: 'releaseOrderForHandling' },
    { is: 'requestOrderCancellation' },
    { is: 'denyOrderCancellation' },
    { is: 'startHandling' },
    { is: 'requestOrderCancellation' },
    { is: 'cancelOrder' },
    done,
  ],
  reserved: [
    { is: 'registerCheckout' },
    { is: 'createOrder', code: '1' },
    { is: 'createPayment', amount: 'all' },
    planned('AT_SHIPMENT'),
    { is: 'reserveFulfillment' },
    failed,
    { is: 'editPaymentInstruction', amount: 'none' },
    { is: 'reserveFulfillment' },
    done,
    calm,
    ...HANDLED,
    ...SENT,
  ],
  awaited: [
    ...TWICE,
    planned('BEFORE_FULFILLING'),
    { is: 'captureFulfillment' },
    { is: 'result', result: 'PENDING', amount: 'all' },
    { is: 'result', result: 'PENDING', amount: 'all', pick: 1 },
    failed,
    done,
    calm,
    { is: 'retryCapture' },
    done,
    ...SENT,
  ],
  failed: [
    { is: 'registerCheckout' },
    { is: 'createPayment', amount: 'all' },
    { is: 'fact', type: 'AUTHORIZE', result: 'PENDING', amount: 'all' },
    { is: 'recordOrderCreationFailure' },
    unknown,
    answered,
    calm,
    { is: 'requestCapture', amount: 'all' },
    done,
    calm,
    { is: 'createOrder', code: '1' },
    ...HANDLED,
    invoice,
  ],
  finally: [
    ...PAID,
    { is: 'requestCapture', amount: 'half', final: true },
    done,
    done,
    { is: 'requestCapture', amount: 'all' },
  ],
  // One unit more than there is, where all else is well.
  bounds: [
    ...PAID,
    { is: 'requestVoid', amount: 'over' },
    { is: 'requestCapture', amount: 'over' },
    { is: 'createFulfillment', amount: 'over', policy: 'AT_SHIPMENT' },
    ...HANDLED,
    { ...invoice, amount: 'over' },
    { ...invoice, amount: 'half' },
    done,
    { is: 'grantRefund', amount: 'over' },
    { is: 'grantRefund', amount: 'all' },
    { is: 'requestCapture', amount: 'over' },
    { is: 'requestCapture', amount: 'all' },
    done,
    { is: 'requestRefund', amount: 'over' },
    { is: 'requestRefund', amount: 'all' },
    done,
  ],
  abandoned: [
    { is: 'registerCheckout' },
    { is: 'createPayment', amount: 'all' },
    { is: 'wait', seconds: 90_000 },
    { is: 'sweep' },
  ],
  disputed: [
    ...SOLD,
    ...HANDLED,
    invoice,
    { is: 'fact', type: 'CHARGEBACK', result: 'PENDING', amount: 'all' },
    done,
    { is: 'fact', type: 'CHARGEBACK_REVERSAL', result: 'SUCCEEDED', amount: 'all' },
  ],
};

const story: fc.Arbitrary<Move[]> = fc
  .record({
    cart: fc.nat({ max: 1 }),
    path: fc.constantFrom(...Object.keys(PATHS)),
    // What comes between its steps; mostly nothing.
    between: fc.array(
      fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: move }),
      {
        maxLength: 25,
      },
    ),
  })
  .map(({ cart, path, between }) =>
    PATHS[path]!.flatMap((step, index) => {
      const other = between[index] ?? null;
      return [...(other === null ? [] : [other]), { cart, ...step } as Move];
    }),
  );

/** As many moves as wanted: stories with deviations, and chance between them. */
export const sequenceOf = (length: number): fc.Arbitrary<Move[]> =>
  fc
    .array(
      fc.oneof({ weight: 1, arbitrary: story }, { weight: 3, arbitrary: move.map((it) => [it]) }),
      { minLength: length, maxLength: length },
    )
    .map((lists) => lists.flat().slice(0, length));
