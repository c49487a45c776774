import { moneyStateOf, netOf, openOf, refundableOf, statusOf, sumsOf } from './money';
import { type Payment, type Told, type Transaction, type TransactionType } from './world';

// The reference itself, on published examples: what a wrong reference says of the product is worth nothing.

function payment(): Payment {
  return {
    id: 'pay',
    cart: { guid: 'a', orders: [], payments: [], fulfillments: [] },
    createdAt: 0,
    order: null,
    expected: 0n,
    priority: 0,
    rule: 'EARLY_APPROVAL',
    deferred: false,
    transactions: [],
    words: [],
    editedAt: null,
    expiresAt: null,
    whileVoiding: 'AUTHORIZED',
  };
}

let clock = 0;
function tell(to: Payment, type: TransactionType, amount: bigint, ...statuses: Told['status'][]) {
  const told = statuses.map((status) => ({
    at: (clock += 1),
    status,
    requested: amount,
    processed: status === 'SUCCEEDED' ? amount : null,
    failureType: null,
  }));
  const one: Transaction = {
    payment: to,
    type,
    by: { gateway: `${type}-${clock}` },
    id: null,
    fulfillment: null,
    parent: null,
    isFinal: false,
    external: false,
    told,
  };
  to.transactions.push(one);
  return one;
}

const threeOf = (it: Payment) => {
  const { authorized, captured, refunded } = sumsOf(it);
  return [authorized, captured, refunded];
};

test('an authorization under way reserves nothing, two captures and two refunds add up (K1)', () => {
  const it = payment();
  const authorization = tell(it, 'AUTHORIZE', 10n, 'PENDING');
  expect([...threeOf(it), statusOf(it)]).toEqual([0n, 0n, 0n, 'PENDING']);
  authorization.told.push({
    at: (clock += 1),
    status: 'SUCCEEDED',
    requested: 10n,
    processed: 10n,
    failureType: null,
  });
  expect([...threeOf(it), statusOf(it)]).toEqual([10n, 0n, 0n, 'AUTHORIZED']);
  tell(it, 'CAPTURE', 5n, 'SUCCEEDED');
  expect([...threeOf(it), statusOf(it)]).toEqual([10n, 5n, 0n, 'PARTIALLY_CAPTURED']);
  tell(it, 'CAPTURE', 5n, 'SUCCEEDED');
  expect([...threeOf(it), statusOf(it)]).toEqual([10n, 10n, 0n, 'CAPTURED']);
  tell(it, 'REFUND', 5n, 'SUCCEEDED');
  expect([...threeOf(it), statusOf(it)]).toEqual([10n, 10n, 5n, 'PARTIALLY_REFUNDED']);
  tell(it, 'REFUND', 5n, 'SUCCEEDED');
  expect([...threeOf(it), statusOf(it)]).toEqual([10n, 10n, 10n, 'REFUNDED']);
});

test('what is under way leaves its source (L3)', () => {
  const it = payment();
  tell(it, 'AUTHORIZE', 250n, 'SUCCEEDED');
  tell(it, 'CAPTURE', 200n, 'SUCCEEDED');
  tell(it, 'CAPTURE', 50n, 'PENDING');
  tell(it, 'REFUND', 30n, 'SUCCEEDED');
  tell(it, 'REFUND', 15n, 'PENDING');
  const sums = sumsOf(it);
  expect([openOf(sums), refundableOf(sums), sums.capturing, sums.refunded, sums.refunding]).toEqual(
    [0n, 155n, 50n, 30n, 15n],
  );
});

test('releasing the rest leaves what is captured (I1)', () => {
  const it = payment();
  tell(it, 'AUTHORIZE', 100n, 'SUCCEEDED');
  tell(it, 'CAPTURE', 70n, 'SUCCEEDED');
  tell(it, 'CAPTURE', 20n, 'SUCCEEDED');
  tell(it, 'VOID', 10n, 'SUCCEEDED');
  const sums = sumsOf(it);
  expect([sums.captured, sums.voided, openOf(sums), statusOf(it)]).toEqual([
    90n,
    10n,
    0n,
    'CAPTURED',
  ]);
});

test('a late failure takes a capture back, a pending one after the success does not', () => {
  const it = payment();
  tell(it, 'AUTHORIZE', 10n, 'SUCCEEDED');
  tell(it, 'CAPTURE', 10n, 'SUCCEEDED', 'PENDING');
  expect([statusOf(it), moneyStateOf(it)]).toEqual(['CAPTURED', 'CAPTURED']);
  tell(it, 'REFUND', 4n, 'SUCCEEDED', 'FAILED');
  expect([statusOf(it), netOf(sumsOf(it)), sumsOf(it).failedLifetime]).toEqual([
    'CAPTURED',
    10n,
    4n,
  ]);
});

test('an unknown outcome is the first thing a payment says', () => {
  const it = payment();
  tell(it, 'AUTHORIZE', 10n, 'SUCCEEDED');
  tell(it, 'CAPTURE', 10n, 'NEW', 'INDETERMINATE');
  expect([statusOf(it), moneyStateOf(it), openOf(sumsOf(it))]).toEqual([
    'INDETERMINATE',
    'UNKNOWN',
    0n,
  ]);
});

test('a reversal counts up to its original, and nothing without it', () => {
  const it = payment();
  tell(it, 'AUTHORIZE', 10n, 'SUCCEEDED');
  const capture = tell(it, 'CAPTURE', 10n, 'SUCCEEDED');
  tell(it, 'CAPTURE_REVERSAL', 10n, 'SUCCEEDED');
  expect(sumsOf(it).captured).toBe(10n);
  const reversal = it.transactions.pop()!;
  it.transactions.push({ ...reversal, parent: capture });
  expect([sumsOf(it).captured, openOf(sumsOf(it)), statusOf(it)]).toEqual([0n, 10n, 'AUTHORIZED']);
});
