import { randomUUID } from 'node:crypto';
import { Order } from '../../../src/order/order.entity';
import { capturedWithoutOrder } from '../../support/exception-stories';
import { rowsOf } from '../../support/refused';
import { aCart, EUR_129 } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const control = (more: object = {}) => ({ idempotencyKey: `key-${randomUUID()}`, ...more });

/** One bulk request as roles; answers its payload. */
async function bulk(roles: string, mutation: string, rows: object[], entity = 'order { id }') {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await world.ask(
    `${roles.toLowerCase()}@example.com; roles=${roles}`,
    `mutation Bulk($input: ${type}!) { ${mutation}(input: $input) {
      results { ${entity} userErrors { code field } replayed dryRun exceptionsOpened { kind } }
      userErrors { code field } } }`,
    { input: { rows } },
  );
  expect(errors).toBeUndefined();
  return data[mutation];
}

const done = { userErrors: [], replayed: false, dryRun: false, exceptionsOpened: [] };
const no = (code: string, field: string[] | null) => ({
  ...done,
  order: null,
  userErrors: [{ code, field }],
});

test('each row is answered in the order of the input, and a refused one stops none', async () => {
  const [one, two] = [await aCart(world), await aCart(world)];
  const accepted = (orderId: string) => ({ orderId, status: 'ACCEPTED', control: control() });

  const { results, userErrors } = await bulk(
    'OMS',
    'recordOmsStatuses',
    [
      accepted(one.orderId),
      { ...accepted(two.orderId), status: 'REJECTED' },
      accepted('ord_x'),
      { ...accepted(two.orderId), control: { idempotencyKey: 'short' } },
      { ...accepted(two.orderId), status: 'ALLOCATED' },
    ],
    'order { id omsStatus }',
  );

  expect(userErrors).toEqual([]);
  expect(results).toEqual([
    { ...done, order: { id: one.orderId, omsStatus: 'ACCEPTED' } },
    no('REASON_REQUIRED', ['cause']),
    no('NOT_FOUND', ['orderId']),
    no('IDEMPOTENCY_KEY_INVALID', ['control', 'idempotencyKey']),
    { ...done, order: { id: two.orderId, omsStatus: 'ALLOCATED' } },
  ]);
});

test('two rows of one order follow each other', async () => {
  const { orderId } = await aCart(world);
  const posting = { orderId, subject: 'INVOICE', subjectId: 'INV-1' };

  const { results } = await bulk(
    'FINANCE',
    'recordErpPostings',
    [
      { ...posting, status: 'PENDING', control: control({ expectedVersion: 1 }) },
      { ...posting, status: 'POSTED', document: 'E-1', control: control({ expectedVersion: 1 }) },
      { ...posting, status: 'FAILED', control: control({ expectedVersion: 2 }) },
    ],
    'order { version erpPostingStatus }',
  );

  expect(results).toEqual([
    { ...done, order: { version: 2, erpPostingStatus: 'PENDING' } },
    no('VERSION_CONFLICT', ['control', 'expectedVersion']),
    { ...done, order: { version: 3, erpPostingStatus: 'FAILED' } },
  ]);
});

test('the same request again does nothing twice: each row replays', async () => {
  const carts = [await aCart(world), await aCart(world)];
  const rows = carts.map(({ orderId }) => ({ orderId, status: 'ACCEPTED', control: control() }));
  await bulk('OMS', 'recordOmsStatuses', rows);
  const before = await world.dump();

  const { results } = await bulk('OMS', 'recordOmsStatuses', rows);

  expect(results.map(({ replayed, order }: any) => [replayed, order.id])).toEqual(
    carts.map(({ orderId }) => [true, orderId]),
  );
  expect(await world.dump()).toBe(before);
});

test('a row that is tried only leaves nothing, the one beside it is done', async () => {
  const [one, two] = [await aCart(world), await aCart(world)];

  const { results } = await bulk(
    'OMS',
    'recordOmsStatuses',
    [
      { orderId: one.orderId, status: 'ACCEPTED', control: control({ dryRun: true }) },
      { orderId: two.orderId, status: 'ACCEPTED', control: control() },
    ],
    'order { omsStatus }',
  );

  const order = { omsStatus: 'ACCEPTED' };
  expect(results).toEqual([
    { ...done, order, dryRun: true },
    { ...done, order },
  ]);
  const stored = await rowsOf(world, Order, 'id IN (?, ?)', [one.orderId, two.orderId]);
  expect(new Map(stored.map(({ id, omsStatus }) => [id, omsStatus]))).toEqual(
    new Map([
      [one.orderId, 'NOT_CREATED'],
      [two.orderId, 'ACCEPTED'],
    ]),
  );
});

test('results of transactions are told in bulk, with the exceptions they open', async () => {
  const cart = await aCart(world);
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: 'BLK-1' });
  const result = (type: string, more: object) => ({
    paymentId: cart.paymentId,
    type,
    requestedAmount: EUR_129,
    gatewayTransactionId: `${type}-${cart.reference}`,
    occurredAt: world.now().toISOString(),
    control: control(),
    ...more,
  });

  const { results } = await bulk(
    'PAYMENT',
    'recordTransactionResults',
    [
      result('AUTHORIZE', { result: 'SUCCEEDED', processedAmount: EUR_129 }),
      result('CAPTURE', { result: 'INDETERMINATE', indeterminateCause: 'NETWORK' }),
    ],
    'payment { id amounts { authorized { amount } capturing { amount } } }',
  );

  const amounts = (capturing: string) => ({
    authorized: { amount: '129.00' },
    capturing: { amount: capturing },
  });
  expect(results).toEqual([
    { ...done, payment: { id: cart.paymentId, amounts: amounts('0.00') } },
    {
      ...done,
      payment: { id: cart.paymentId, amounts: amounts('129.00') },
      exceptionsOpened: [{ kind: 'INDETERMINATE_RESULT' }],
    },
  ]);
});

test('exceptions are triaged and assigned in bulk', async () => {
  const cases = [await capturedWithoutOrder(world), await capturedWithoutOrder(world)];
  const answers = { customerCharged: 'YES', orderFulfillable: 'YES' };

  const triaged = await bulk(
    'COMMERCE',
    'triageExceptions',
    cases.map(({ exceptionId }) => ({ exceptionId, ...answers, control: control() })),
    'exception { id status }',
  );
  const assigned = await bulk(
    'COMMERCE',
    'assignExceptions',
    cases.map(({ exceptionId }) => ({ exceptionId, person: 'carla', control: control() })),
    'exception { id status owner { person } }',
  );

  expect(triaged.results).toEqual(
    cases.map(({ exceptionId }) => ({
      ...done,
      exception: { id: exceptionId, status: 'TRIAGED' },
    })),
  );
  expect(assigned.results).toEqual(
    cases.map(({ exceptionId }) => ({
      ...done,
      exception: { id: exceptionId, status: 'ASSIGNED', owner: { person: 'carla' } },
    })),
  );
});

test('100 rows are done in one request', async () => {
  const { orderId } = await aCart(world);
  const rows = Array.from({ length: 100 }, (_, index) => ({
    orderId,
    subject: 'REFUND',
    subjectId: `re_${index}`,
    status: 'PENDING',
    control: control(),
  }));

  const { results, userErrors } = await bulk(
    'FINANCE',
    'recordErpPostings',
    rows,
    `order { id code status version erpPostingStatus payments { id status } exceptions { id kind status }
       journal(first: 1) { totalCount } }`,
  );

  expect(userErrors).toEqual([]);
  expect(results).toHaveLength(100);
  expect(results.filter(({ userErrors: refused }: any) => refused.length > 0)).toEqual([]);
  expect(results.at(-1).order.version).toBe(101);
});

test('of 101 rows none is tried', async () => {
  const { orderId } = await aCart(world);
  const rows = Array.from({ length: 101 }, () => ({
    orderId,
    status: 'ACCEPTED',
    control: control(),
  }));
  const before = await world.dump();

  expect(await bulk('OMS', 'recordOmsStatuses', rows)).toEqual({
    results: [],
    userErrors: [{ code: 'LIMIT', field: ['rows'] }],
  });
  expect(await world.dump()).toBe(before);
});

test('what is asked of its results is counted for 100 of them', async () => {
  const asked = (what: string) =>
    world.ask(
      'oms; roles=OMS',
      `mutation Bulk($input: RecordOmsStatusesInput!) { recordOmsStatuses(input: $input) {
        results { order { ${what} } } } }`,
      { input: { rows: [] } },
    );

  const [one, each] = ['availableTransitions { mutation }', 'payments { exceptions { order { id'];
  expect((await asked(one)).data.recordOmsStatuses).toEqual({ results: [] });
  expect((await asked(`${each} ${one} } } }`)).errors).toMatchObject([
    { extensions: { code: 'COST_LIMIT' } },
  ]);
});

test('no row is no result', async () => {
  expect(await bulk('OMS', 'recordOmsStatuses', [])).toEqual({ results: [], userErrors: [] });
});

test.each([
  ['triageExceptions', 'exception { id }', 'PAYMENT', 'AUDITOR'],
  ['assignExceptions', 'exception { id }', 'PAYMENT', 'SUPPORT'],
  ['recordTransactionResults', 'payment { id }', 'SYSTEM', 'OMS'],
  ['recordOmsStatuses', 'order { id }', 'SYSTEM', 'FINANCE'],
  ['recordErpPostings', 'order { id }', 'SYSTEM', 'OMS'],
])(
  '%s is for the roles of its single form: each row says so',
  async (mutation, entity, may, not) => {
    const exceptionId = 'exc_00000000-0000-7000-8000-000000000000';
    const rows: Record<string, object> = {
      triageExceptions: { exceptionId, customerCharged: 'YES', orderFulfillable: 'YES' },
      assignExceptions: { exceptionId, person: 'carla' },
      recordTransactionResults: {
        paymentId: 'pay_x',
        type: 'CAPTURE',
        result: 'PENDING',
        gatewayTransactionId: 'ch_1',
      },
      recordOmsStatuses: { orderId: 'ord_x', status: 'ACCEPTED' },
      recordErpPostings: { orderId: 'ord_x', subject: 'REFUND', subjectId: 'r', status: 'PENDING' },
    };
    const row = () => ({ ...rows[mutation], control: control() });
    const codes = async (role: string) =>
      (await bulk(role, mutation, [row(), row()], entity)).results.map(
        ({ userErrors }: any) => userErrors[0].code,
      );

    expect(await codes(not)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(await codes(may)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
  },
);
