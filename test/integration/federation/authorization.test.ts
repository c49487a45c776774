import { newId } from '../../../src/kernel/id';
import { ROLES, type Role } from '../../../src/kernel/actor';
import {
  answeredBy,
  done,
  linked,
  paid,
  planned,
  type Released,
} from '../../support/order-stories';
import { aFulfillment, aSellerOrder } from '../../support/rows';
import {
  attachAll,
  capturedWithoutOrder,
  EUR_129,
  note,
  triaged,
  type Cart,
} from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
let cart: Cart & { exceptionId: string };
let part: Released;
beforeAll(async () => {
  world = await startWorld();
  cart = await capturedWithoutOrder(world);
  part = await planned(world);
});
afterAll(async () => {
  await world.close();
});

const actorOf = (role: Role) =>
  `${role.toLowerCase()}; roles=${role}${role === 'CUSTOMER' ? '; customerId=cus_1' : ''}`;
const codesOf = (body: any): string[] =>
  (body.errors ?? []).map(({ extensions }: any) => extensions.code);

const STAFF = 'COMMERCE PAYMENT OMS FINANCE SUPPORT ENGINEERING ADMIN APPROVER AUDITOR SYSTEM';
const READERS = `${STAFF} STOREFRONT REPORTING`;
const EVERYBODY = `${READERS} CUSTOMER`;
/** Owners of a capture without an order. */
const OWNERS = 'COMMERCE PAYMENT OMS FINANCE';
const SHOP = 'SYSTEM STOREFRONT COMMERCE';

describe('a read is for', () => {
  // Field, selection, who may. Everybody else is told FORBIDDEN.
  const READS: [string, () => string, string][] = [
    ['viewer', () => '{ viewer { subject } }', EVERYBODY],
    ['stateMachine', () => '{ stateMachine(kind: ORDER) { states } }', READERS],
    ['exceptionCatalogue', () => '{ exceptionCatalogue { kind } }', READERS],
    ['order', () => `{ order(id: "${cart.orderId}") { id } }`, EVERYBODY],
    ['payment', () => `{ payment(id: "${cart.paymentId}") { id } }`, READERS],
    ['fulfillment', () => `{ fulfillment(id: "${newId('ful')}") { id } }`, READERS],
    [
      'reconciliationException',
      () => `{ reconciliationException(id: "${cart.exceptionId}") { id } }`,
      READERS,
    ],
    [
      'reconciliationExceptions',
      () => '{ reconciliationExceptions { totalCount } }',
      `${STAFF} REPORTING`,
    ],
    ['reconciliationSummary', () => '{ reconciliationSummary { open } }', `${STAFF} REPORTING`],
    ['webhookDeliveries', () => '{ webhookDeliveries { totalCount } }', STAFF],
    ['journal', () => '{ journal { totalCount } }', STAFF],
    ['verifyJournal', () => '{ verifyJournal { valid } }', 'AUDITOR FINANCE ADMIN'],
  ];

  test.each(READS)('%s', async (field, query, allowed) => {
    const answers: [Role, string[], boolean][] = [];
    for (const role of ROLES) {
      const body = await world.ask(actorOf(role), query());
      answers.push([role, codesOf(body), (body.data?.[field] ?? null) !== null]);
    }

    const mayHaveNone = field === 'fulfillment';
    expect(answers).toEqual(
      ROLES.map((role) => {
        const may = allowed.split(' ').includes(role);
        return [role, may ? [] : ['FORBIDDEN'], may && !mayHaveNone];
      }),
    );
  });

  test('and every root field of Query is in this table', async () => {
    const { data } = await world.ask(
      actorOf('AUDITOR'),
      '{ __schema { queryType { fields { name } } } }',
    );
    const names = data.__schema.queryType.fields.map(({ name }: any) => name);

    expect(names.filter((name: string) => !name.startsWith('_')).sort()).toEqual(
      READS.map(([field]) => field).sort(),
    );
  });
});

/** What a seller's people may do on their own orders (S0.2); on others' it is as if those did not exist. */
const OF_SELLERS = [
  'confirmOrderBySeller',
  'startHandling',
  'insertInvoice',
  'denyOrderCancellation',
  'recordOmsStatus',
  'recordOmsStatuses',
  'recordOrderInteraction',
  'createFulfillment',
  'cancelFulfillment',
  'startFulfilling',
  'shipFulfillment',
  'confirmDelivery',
  'recordReturn',
  'splitFulfillment',
];

type Write = [string, () => object, string];
const reason = 'the customer called';

function orderWrites(): Write[] {
  const of = (more: object) => () => ({ orderId: part.orderId, ...more });
  return [
    [
      'repairOrder',
      () => ({
        orderId: part.orderId,
        code: 'R-1',
        paymentIds: [part.paymentId],
        action: 'CART_FIX',
      }),
      'COMMERCE',
    ],
    ['confirmOrderBySeller', of({}), 'OMS SYSTEM'],
    ['releaseOrderForHandling', of({}), 'SYSTEM COMMERCE'],
    ['startHandling', of({}), 'OMS SYSTEM'],
    ['insertInvoice', of({ number: 'I-1', amount: EUR_129 }), 'OMS SYSTEM'],
    ['requestOrderCancellation', of({ reason }), 'SUPPORT COMMERCE CUSTOMER SYSTEM'],
    ['denyOrderCancellation', of({ reason }), 'COMMERCE'],
    ['cancelOrder', of({ reason }), 'COMMERCE ADMIN SYSTEM'],
    [
      'replaceOrder',
      () => ({ orderId: part.orderId, code: 'N-1', paymentIds: [part.paymentId] }),
      'COMMERCE SUPPORT',
    ],
    [
      'linkOrders',
      () => ({ orderId: part.orderId, sellerOrderIds: [part.orderId] }),
      'SYSTEM COMMERCE',
    ],
    [
      'markDuplicateOrder',
      () => ({ orderId: part.orderId, duplicateOfOrderId: cart.orderId }),
      'COMMERCE',
    ],
    ['recordOmsStatus', of({ status: 'ACCEPTED' }), 'OMS SYSTEM'],
    [
      'recordErpPosting',
      of({ subject: 'INVOICE', subjectId: 'I-1', status: 'PENDING' }),
      'FINANCE SYSTEM',
    ],
    ['recordOrderInteraction', of({ message: 'seen' }), 'SYSTEM COMMERCE OMS SUPPORT'],
    ['primePayments', of({}), 'SYSTEM COMMERCE'],
    ['grantRefund', of({ amount: EUR_129, reason }), 'FINANCE SUPPORT'],
  ];
}

function paymentWrites(): Write[] {
  const of = (more: object) => () => ({ paymentId: part.paymentId, ...more });
  const transactionId = newId('ptx');
  const evidenceReference = 'portal-1';
  return [
    ['requestCapture', of({ amount: EUR_129 }), 'PAYMENT SYSTEM ADMIN'],
    ['requestVoid', of({}), 'PAYMENT COMMERCE SYSTEM'],
    ['requestRefund', of({ amount: EUR_129 }), 'PAYMENT FINANCE SYSTEM'],
    ['recordPaymentStatus', of({ status: 'PENDING' }), 'SYSTEM'],
    [
      'recordExternalTransaction',
      of({ type: 'CAPTURE', amount: EUR_129, evidenceReference }),
      'ADMIN PAYMENT FINANCE',
    ],
    [
      'resolveIndeterminateTransaction',
      of({ transactionId, result: 'FAILED', evidenceReference }),
      'ADMIN PAYMENT SYSTEM',
    ],
    ['cancelPayment', of({ reason }), 'PAYMENT SYSTEM'],
    ['editPaymentInstruction', of({ instrumentReference: 'card-2' }), 'SUPPORT PAYMENT'],
    [
      'attachPaymentToOrder',
      () => ({ paymentId: part.paymentId, orderId: part.orderId, evidenceReference }),
      'COMMERCE PAYMENT',
    ],
    ['recordTransactionEvent', of({ transactionId, message: 'declined' }), 'SYSTEM PAYMENT ADMIN'],
    ['recordDispute', of({ disputeId: 'dp_1', amount: EUR_129, state: 'OPEN' }), 'SYSTEM FINANCE'],
    ['acceptChargeback', of({ transactionId, reason }), 'FINANCE SYSTEM'],
  ];
}

function fulfillmentWrites(): Write[] {
  const of = (more: object) => () => ({ fulfillmentId: part.fulfillmentId, ...more });
  const evidenceReference = 'portal-1';
  return [
    ['createFulfillment', () => ({ orderId: part.orderId, total: EUR_129 }), 'OMS SYSTEM'],
    ['reserveFulfillment', of({}), 'OMS SYSTEM'], // Of a failed reservation PAYMENT and SUPPORT, too.
    ['captureFulfillment', of({}), 'ADMIN OMS SYSTEM'],
    [
      'overrideFulfillmentStatus',
      of({ status: 'PAYMENT_CAPTURED', reason, evidenceReference }),
      'ADMIN',
    ],
    ['resolveCapture', of({ evidenceReference }), 'ADMIN'],
    ['retryCapture', of({}), 'ADMIN PAYMENT'],
    ['cancelFulfillment', of({ reason }), 'ADMIN OMS'],
    ['startFulfilling', of({}), 'OMS'],
    ['shipFulfillment', of({}), 'OMS SYSTEM'],
    ['confirmDelivery', of({}), 'OMS SYSTEM'],
    ['recordReturn', of({ reason }), 'OMS SUPPORT'],
    ['splitFulfillment', of({ items: [{ reference: 'socks' }] }), 'OMS SYSTEM'],
  ];
}

describe('a write is for', () => {
  const id = () => cart.exceptionId;
  // Mutation, a valid input, who may. Everybody else is told FORBIDDEN as data, the shop's customer and AUDITOR always.
  const WRITES: [string, () => object, string][] = [
    ['registerCheckout', () => ({ cartGuid: 'cart-x', total: EUR_129 }), SHOP],
    ['createOrder', () => ({ cartGuid: cart.guid, code: 'ORDER-X' }), SHOP],
    [
      'recordOrderCreationFailure',
      () => ({ orderId: cart.orderId, reason: 'the address is not known' }),
      SHOP,
    ],
    ['createPayment', () => ({ cartGuid: cart.guid, provider: 'acme', amount: EUR_129 }), SHOP],
    [
      'recordTransactionResult',
      () => ({
        paymentId: cart.paymentId,
        type: 'REFUND',
        result: 'PENDING',
        requestedAmount: EUR_129,
        gatewayTransactionId: 're_1',
      }),
      'SYSTEM PAYMENT ADMIN',
    ],
    [
      'recordProviderSnapshot',
      () => ({
        provider: 'acme',
        providerReference: cart.reference,
        status: 'captured',
        currency: 'EUR',
        occurredAt: world.now().toISOString(),
      }),
      'SYSTEM',
    ],
    [
      'triageException',
      () => ({ exceptionId: id(), customerCharged: 'YES', orderFulfillable: 'YES' }),
      `${OWNERS} SUPPORT`,
    ],
    ['assignException', () => ({ exceptionId: id(), person: 'carla@example.com' }), OWNERS],
    [
      'attachEvidence',
      () => ({ exceptionId: id(), kind: 'DOWNSTREAM_STATUS', reference: 'ref-1' }),
      `${OWNERS} ENGINEERING ADMIN SUPPORT STOREFRONT APPROVER SYSTEM`,
    ],
    [
      'decideException',
      () => ({ exceptionId: newId('exc'), decision: 'ESCALATE', reason: 'nobody knows yet' }),
      'COMMERCE PAYMENT OMS FINANCE ADMIN SUPPORT',
    ],
    [
      'startExceptionAction',
      () => ({ exceptionId: newId('exc') }),
      'COMMERCE PAYMENT OMS FINANCE ADMIN SYSTEM',
    ],
    [
      'recordExceptionActionResult',
      () => ({ exceptionId: newId('exc'), result: 'SUCCEEDED' }),
      'COMMERCE PAYMENT OMS FINANCE ADMIN SYSTEM',
    ],
    [
      'recordCustomerMessage',
      () => ({ exceptionId: id(), message: 'We are looking into it.' }),
      'SUPPORT',
    ],
    ['closeException', () => ({ exceptionId: id(), note: note(cart) }), 'FINANCE'],
    ...orderWrites(),
    ...paymentWrites(),
    ...fulfillmentWrites(),
  ];
  /** Forms for many rows: who may use the single one may use them. */
  const BULK: Readonly<Record<string, string>> = {
    triageExceptions: 'triageException',
    assignExceptions: 'assignException',
    recordTransactionResults: 'recordTransactionResult',
    recordOmsStatuses: 'recordOmsStatus',
    recordErpPostings: 'recordErpPosting',
  };
  const single = (name: string) => WRITES.find(([one]) => one === name)!;
  const BULK_WRITES = Object.entries(BULK).map(([name, of]): (typeof WRITES)[number] => [
    name,
    single(of)[1],
    single(of)[2],
  ]);

  /** Whether the mutation, dry, is refused for the actor's role. */
  async function isForbidden(actor: string, mutation: string, input: object): Promise<boolean> {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const control = { idempotencyKey: 'authorization-of-roles', dryRun: true };
    const row = { ...input, control };
    const isBulk = mutation in BULK;
    const { data } = await world.ask(
      actor,
      `mutation ($input: ${type}!) { ${mutation}(input: $input) {
        ${isBulk ? 'results { userErrors { code } }' : 'userErrors { code }'} } }`,
      { input: isBulk ? { rows: [row] } : row },
    );
    const { userErrors } = isBulk ? data[mutation].results[0] : data[mutation];
    return userErrors.some(({ code }: any) => code === 'FORBIDDEN');
  }

  test.each([...WRITES, ...BULK_WRITES])('%s', async (mutation, input, allowed) => {
    const refused: Role[] = [];
    for (const role of ROLES) {
      if (await isForbidden(actorOf(role), mutation, input())) refused.push(role);
    }

    expect(refused).toEqual(ROLES.filter((role) => !allowed.split(' ').includes(role)));
  });

  test('for a seller only what is about sending goods, whatever the role', async () => {
    const taken: string[] = [];
    for (const [mutation, input, allowed] of [...WRITES, ...BULK_WRITES]) {
      const actor = `seller; roles=${allowed.split(' ').join(',')}; side=SELLER; sellerId=s-1; customerId=cus_1`;
      if (!(await isForbidden(actor, mutation, input()))) taken.push(mutation);
    }

    expect(taken.sort()).toEqual([...OF_SELLERS].sort());
  });

  test('and every mutation is in this table', async () => {
    const { data } = await world.ask(
      actorOf('AUDITOR'),
      '{ __schema { mutationType { fields { name } } } }',
    );

    expect([...WRITES, ...BULK_WRITES].map(([name]) => name).sort()).toEqual(
      data.__schema.mutationType.fields.map(({ name }: any) => name).sort(),
    );
  });

  test('and a forbidden one leaves no trace', async () => {
    const before = await world.dump();

    const { userErrors } = await world.act('AUDITOR', 'createOrder', {
      cartGuid: cart.guid,
      code: 'ORDER-X',
    });

    expect(userErrors).toMatchObject([{ code: 'FORBIDDEN', retryable: false }]);
    expect(await world.dump()).toBe(before);
  });
});

describe('a shopper', () => {
  const own = 'ana; roles=CUSTOMER; customerId=cus_1';
  const other = 'ben; roles=CUSTOMER; customerId=cus_2';

  test('sees what a shop page may show of the own order', async () => {
    const body = await world.ask(
      own,
      `{ order(id: "${cart.orderId}") { id code customerView { charged nextStep } } }`,
    );

    expect(body).toEqual({
      data: {
        order: {
          id: cart.orderId,
          code: null,
          customerView: { charged: true, nextStep: 'WAIT' },
        },
      },
    });
  });

  test.each(['id', 'code'])(
    "is told that another one's order does not exist, by %s",
    async (key) => {
      const { code, guid } = { code: `OF-ANA-${key}`, guid: `cart-of-ana-${key}` };
      const { order } = await world.act('STOREFRONT', 'createOrder', {
        cartGuid: guid,
        code,
        customerId: 'cus_1',
        total: EUR_129,
      });
      const query = `{ order(${key}: "${key === 'id' ? order.id : code}") { id } }`;

      expect(await world.ask(own, query)).toEqual({ data: { order: { id: order.id } } });
      expect(await world.ask(other, query)).toEqual({ data: { order: null } });
    },
  );

  test('may read nothing else of it', async () => {
    const fields = [
      'cartGuid',
      'status',
      'total { amount }',
      'paymentStatus { chargeStatus }',
      'creationFailureReason',
      'retryModeReasons',
      'payments { id }',
      'fulfillments { id }',
      'exceptions { id }',
      'linkedOrders { id }',
      'journal { totalCount }',
      'availableTransitions { mutation }',
      'version',
    ];
    const open: string[] = [];
    for (const field of fields) {
      const body = await world.ask(own, `{ order(id: "${cart.orderId}") { ${field} } }`);
      if (codesOf(body).join() !== 'FORBIDDEN') open.push(field);
    }

    expect(open).toEqual([]);
  });
});

describe('a seller', () => {
  const SELLER = 'sam; roles=OMS,FINANCE,ADMIN,AUDITOR; side=SELLER; sellerId=s-1';
  const RIVAL = 'rita; roles=OMS,FINANCE,ADMIN,AUDITOR; side=SELLER; sellerId=s-2';
  let orderId: string;
  let ownFulfillment: string;
  let othersFulfillment: string;
  beforeAll(async () => {
    orderId = await aSellerOrder(world, cart, 's-1');
    ownFulfillment = await aFulfillment(world, { ...cart, orderId });
    othersFulfillment = await aFulfillment(world, cart);
  });

  test('sees the own order and its fulfillments, a rival does not', async () => {
    const query = `{ order(id: "${orderId}") { side sellerId fulfillments { id } }
      fulfillment(id: "${ownFulfillment}") { id order { id } } }`;

    expect((await world.ask(SELLER, query)).data).toEqual({
      order: { side: 'SELLER', sellerId: 's-1', fulfillments: [{ id: ownFulfillment }] },
      fulfillment: { id: ownFulfillment, order: { id: orderId } },
    });
    expect(await world.ask(RIVAL, query)).toEqual({ data: { order: null, fulfillment: null } });
  });

  test("sees neither the marketplace's order nor money, deliveries or journal", async () => {
    const query = `{
      marketplace: order(id: "${cart.orderId}") { id }
      theirs: fulfillment(id: "${othersFulfillment}") { id }
      payment(id: "${cart.paymentId}") { id }
      byReference: payment(provider: "acme", providerReference: "${cart.reference}") { id }
      reconciliationException(id: "${cart.exceptionId}") { id }
      reconciliationExceptions { totalCount nodes { id } }
      webhookDeliveries { totalCount nodes { id } }
      journal { totalCount nodes { id } }
      own: order(id: "${orderId}") {
        linkedOrders { id } payments { id } exceptions { id } journal { totalCount nodes { id } }
      }
    }`;
    const nothing = { totalCount: 0, nodes: [] };

    await world.seal();
    const body = await world.ask(SELLER, query);

    expect(body).toEqual({
      data: {
        marketplace: null,
        theirs: null,
        payment: null,
        byReference: null,
        reconciliationException: null,
        reconciliationExceptions: nothing,
        webhookDeliveries: nothing,
        journal: nothing,
        own: { linkedOrders: [], payments: [], exceptions: [], journal: nothing },
      },
    });
  });
});

describe('the cases of a seller', () => {
  const SELLER = 'sam; roles=OMS,FINANCE,AUDITOR; side=SELLER; sellerId=seller-1';
  const RIVAL = 'rita; roles=OMS,FINANCE,AUDITOR; side=SELLER; sellerId=seller-2';
  const MARKET = 'mia; roles=AUDITOR';
  const query = `query Cases($id: ID!) { order(id: $id) { retryMode retryModeReasons
    exceptions { kind amount { amount } retryMode retryModeReasons order { id } } } }`;

  test('of the own goods are seen with what they cost, and without the ids of others', async () => {
    const one = await linked(world, paid);
    const { fulfillment } = await done(world, 'OMS', 'createFulfillment', {
      orderId: one.sellerOrderId,
      total: EUR_129,
    });
    const input = { fulfillmentId: fulfillment.id };
    await done(world, 'OMS', 'reserveFulfillment', input);
    await done(world, 'OMS', 'captureFulfillment', input);
    await answeredBy(world, one, 'CAPTURE', 'FAILED');
    const id = one.sellerOrderId;

    expect((await world.ask(SELLER, query, { id })).data.order).toEqual({
      retryMode: 'PAUSED',
      retryModeReasons: [],
      exceptions: [
        {
          kind: 'FULFILLMENT_CAPTURE_FAILED',
          amount: { amount: '129.00' },
          retryMode: 'PAUSED',
          retryModeReasons: [],
          order: { id },
        },
      ],
    });
    expect((await world.ask(RIVAL, query, { id })).data.order).toBeNull();
    const { data } = await world.ask(MARKET, query, { id });
    expect(data.order.retryModeReasons).toEqual([expect.stringMatching(/^TRIAGE:exc_/)]);
    expect(data.order.exceptions[0].retryModeReasons).toEqual(data.order.retryModeReasons);
  });

  test('of the own order are seen without the money of the marketplace', async () => {
    const one = await linked(world, paid);
    const id = one.sellerOrderId;
    const control = { idempotencyKey: `rejected-${id}` };
    await world.ask(
      SELLER,
      'mutation ($input: RecordOmsStatusInput!) { recordOmsStatus(input: $input) { order { id } } }',
      { input: { orderId: id, status: 'REJECTED', cause: 'ADDRESS', control } },
    );
    const amounts = async (actor: string) =>
      (await world.ask(actor, query, { id })).data.order.exceptions.map(({ kind, amount }: any) => [
        kind,
        amount,
      ]);

    expect(await amounts(SELLER)).toEqual([['AUTHORIZED_OMS_REJECTED', null]]);
    expect(await amounts(MARKET)).toEqual([['AUTHORIZED_OMS_REJECTED', { amount: '129.00' }]]);
  });
});

test('reporting reads figures and states, and no free text', async () => {
  await triaged(world, cart.exceptionId);
  await attachAll(world, cart.exceptionId);
  const reporter = actorOf('REPORTING');
  const within = (field: string) =>
    `{ reconciliationException(id: "${cart.exceptionId}") { ${field} } }`;
  const texts = [
    'evidence { note }',
    'decision { reason }',
    'customerMessage',
    'owner { person }',
    'journal { nodes { reason } }',
    'order { creationFailureReason }',
    'payment { transactions { events { rawMessage } } }',
  ];

  const figures = await world.ask(
    reporter,
    within('kind status amount { amount } triage { class } owner { role contributing }'),
  );
  const answers = await Promise.all(texts.map((field) => world.ask(reporter, within(field))));

  expect(codesOf(figures)).toEqual([]);
  expect(answers.map((body) => [...new Set(codesOf(body))])).toEqual(
    texts.map(() => ['FORBIDDEN']),
  );
});
