import { aCart, capturedWithoutOrder, EUR_129 } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.close();
});

const SHOP = 'shop; roles=STOREFRONT,SYSTEM,COMMERCE';
const control = (idempotencyKey: string, dryRun = false) => ({ idempotencyKey, dryRun });

test('the second mutation of a document sees the rows of the first', async () => {
  const { data, errors } = await world.ask(
    SHOP,
    `mutation ($register: RegisterCheckoutInput!, $pay: CreatePaymentInput!, $create: CreateOrderInput!) {
      registerCheckout(input: $register) { order { code payments { id } } userErrors { code } }
      createPayment(input: $pay) { payment { order { code payments { status } } } userErrors { code } }
      createOrder(input: $create) { order { code payments { status } } userErrors { code } }
    }`,
    {
      register: { cartGuid: 'cart-1', total: EUR_129, control: control('documents-key-0001') },
      pay: {
        cartGuid: 'cart-1',
        provider: 'acme',
        amount: EUR_129,
        control: control('documents-key-0002'),
      },
      create: { cartGuid: 'cart-1', code: 'ORDER-1', control: control('documents-key-0003') },
    },
  );

  expect(errors).toBeUndefined();
  expect(data).toEqual({
    registerCheckout: { order: { code: null, payments: [] }, userErrors: [] },
    createPayment: {
      payment: { order: { code: null, payments: [{ status: 'CREATED' }] } },
      userErrors: [],
    },
    createOrder: { order: { code: 'ORDER-1', payments: [{ status: 'CREATED' }] }, userErrors: [] },
  });
});

test('one entity changed twice in a document is answered as it was after each', async () => {
  const cart = await capturedWithoutOrder(world);
  const { exceptionId } = cart;
  const answers = { exceptionId, customerCharged: 'YES', orderFulfillable: 'UNKNOWN' };

  const { data } = await world.ask(
    'olga; roles=COMMERCE',
    `mutation ($one: TriageExceptionInput!, $two: TriageExceptionInput!) {
      one: triageException(input: $one) { exception { ...state } }
      two: triageException(input: $two) { exception { ...state } }
    }
    fragment state on ReconciliationException {
      triage { orderFulfillable } retryMode order { exceptions { triage { orderFulfillable } } }
    }`,
    {
      one: { ...answers, control: control('documents-key-0001') },
      two: { ...answers, orderFulfillable: 'YES', control: control('documents-key-0002') },
    },
  );

  const state = (orderFulfillable: string, retryMode: string) => ({
    triage: { orderFulfillable },
    retryMode,
    order: { exceptions: [{ triage: { orderFulfillable } }] },
  });
  expect(data.one.exception).toEqual(state('UNKNOWN', 'PAUSED'));
  expect(data.two.exception).toEqual(state('YES', 'RUNNING'));
});

test('a second mutation that is refused leaves the answer of the first, and its effect', async () => {
  const cart = await aCart(world);
  const create = (code: string, key: string) => ({
    cartGuid: cart.guid,
    code,
    total: { amount: '1.00', currencyCode: 'EUR' },
    control: control(key),
  });

  const { data, errors } = await world.ask(
    SHOP,
    `mutation ($first: CreateOrderInput!, $second: CreateOrderInput!) {
      first: createOrder(input: $first) { order { code status } userErrors { code } }
      second: createOrder(input: $second) { order { code } userErrors { code field } }
    }`,
    {
      first: { ...create('ORDER-1', 'documents-key-0001'), total: EUR_129 },
      second: create('ORDER-1', 'documents-key-0002'),
    },
  );

  expect(errors).toBeUndefined();
  expect(data).toEqual({
    first: { order: { code: 'ORDER-1', status: 'PAYMENT_PENDING' }, userErrors: [] },
    second: { order: null, userErrors: [{ code: 'GUARD_FAILED', field: ['total', 'amount'] }] },
  });
});

test('a second mutation that fails unexpectedly does not erase the answer of the first', async () => {
  const cart = await aCart(world);
  const run = world.db.write;
  let writes = 0;
  Object.assign(world.db, {
    write: (work: any) => {
      writes += 1;
      return writes === 1 ? run(work) : Promise.reject(new Error('the disk is on fire'));
    },
  });

  const { data, errors } = await world.ask(
    SHOP,
    `mutation ($first: CreateOrderInput!, $second: RecordOrderCreationFailureInput!) {
      createOrder(input: $first) { order { code } }
      recordOrderCreationFailure(input: $second) { order { code } }
    }`,
    {
      first: { cartGuid: cart.guid, code: 'ORDER-1', control: control('documents-key-0001') },
      second: {
        orderId: cart.orderId,
        reason: 'the address is not known',
        control: control('documents-key-0002'),
      },
    },
  );
  Object.assign(world.db, { write: run });

  expect(data).toEqual({
    createOrder: { order: { code: 'ORDER-1' } },
    recordOrderCreationFailure: null,
  });
  expect(errors).toMatchObject([
    { message: 'Internal error', path: ['recordOrderCreationFailure'] },
  ]);
});

test('a dry run answers what would be, and the mutation after it what is', async () => {
  const cart = await capturedWithoutOrder(world);
  const before = await world.dump();
  const create = (idempotencyKey: string, dryRun: boolean) => ({
    cartGuid: cart.guid,
    code: 'ORDER-1',
    control: control(idempotencyKey, dryRun),
  });
  const document = `mutation ($dry: CreateOrderInput!, $real: AssignExceptionInput!) {
    dry: createOrder(input: $dry) {
      dryRun order { code status exceptions { status } payments { order { code } } }
      exceptionsResolved { status order { code } } userErrors { code }
    }
    real: assignException(input: $real) {
      dryRun exception { order { code status } } userErrors { code }
    }
  }`;
  const assign = { exceptionId: cart.exceptionId, person: 'carla@example.com' };

  const { data, errors } = await world.ask(SHOP, document, {
    dry: create('documents-key-0001', true),
    real: { ...assign, control: control('documents-key-0002', true) },
  });
  const read = await world.ask(SHOP, `{ order(id: "${cart.orderId}") { code status } }`);

  expect(errors).toBeUndefined();
  expect(data.dry).toEqual({
    dryRun: true,
    order: {
      code: 'ORDER-1',
      status: 'PAYMENT_AUTHORIZED',
      exceptions: [{ status: 'AUTO_RESOLVED' }],
      payments: [{ order: { code: 'ORDER-1' } }],
    },
    exceptionsResolved: [{ status: 'AUTO_RESOLVED', order: { code: 'ORDER-1' } }],
    userErrors: [],
  });
  expect(data.real).toEqual({
    dryRun: true,
    exception: { order: { code: null, status: 'CREATION_FAILED' } },
    userErrors: [],
  });
  expect(read.data.order).toEqual({ code: null, status: 'CREATION_FAILED' });
  expect(await world.dump()).toBe(before);
});

test('what a mutation answers is what the next request reads', async () => {
  const cart = await capturedWithoutOrder(world);
  const ORDER = `id code status version updatedAt total { amount } market channel promisedBy
    payments { id status version amounts { captured { amount } } }
    exceptions { id status version deadline amount { amount } owner { role contributing } impact }`;

  const { order } = await world.act(
    'STOREFRONT',
    'createOrder',
    { cartGuid: cart.guid, code: 'ORDER-1' },
    ORDER,
  );

  const { data } = await world.ask(SHOP, `{ order(id: "${cart.orderId}") { ${ORDER} } }`);
  expect(order).toEqual(data.order);
});

test('an adopted payment and its exception are answered as they are read', async () => {
  await world.deliver({
    psp_reference: 'orphan-1',
    capture_id: 'ch_orphan-1',
    amount: '129.00',
    currency: 'EUR',
    capture_timestamp: world.now().toISOString(),
    webhook_event_id: 'evt-1',
  });
  await world.act('STOREFRONT', 'registerCheckout', { cartGuid: 'cart-1', total: EUR_129 });
  const PAYMENT =
    'id status version expected: amounts { expected { amount } } order { id version }';

  const { payment, exceptionsResolved } = await world.act(
    'STOREFRONT',
    'createPayment',
    { cartGuid: 'cart-1', provider: 'acme', providerReference: 'orphan-1', amount: EUR_129 },
    PAYMENT,
  );

  const { data } = await world.ask(SHOP, `{ payment(id: "${payment.id}") { ${PAYMENT} } }`);
  expect(payment).toEqual(data.payment);
  expect(payment.order).not.toBeNull();
  expect(exceptionsResolved).toEqual([]);
});
