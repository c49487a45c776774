import { newId } from '../../../src/kernel/id';
import { ROLES, type Role } from '../../../src/kernel/actor';
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
beforeAll(async () => {
  world = await startWorld();
  cart = await capturedWithoutOrder(world);
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
      'COMMERCE PAYMENT FINANCE ADMIN SYSTEM',
    ],
    [
      'recordExceptionActionResult',
      () => ({ exceptionId: newId('exc'), result: 'SUCCEEDED' }),
      'COMMERCE PAYMENT FINANCE ADMIN SYSTEM',
    ],
    [
      'recordCustomerMessage',
      () => ({ exceptionId: id(), message: 'We are looking into it.' }),
      'SUPPORT',
    ],
    ['closeException', () => ({ exceptionId: id(), note: note(cart) }), 'FINANCE'],
  ];

  /** Whether the mutation, dry, is refused for the actor's role. */
  async function isForbidden(actor: string, mutation: string, input: object): Promise<boolean> {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const control = { idempotencyKey: 'authorization-of-roles', dryRun: true };
    const { data } = await world.ask(
      actor,
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
      { input: { ...input, control } },
    );
    return data[mutation].userErrors.some(({ code }: any) => code === 'FORBIDDEN');
  }

  test.each(WRITES)('%s', async (mutation, input, allowed) => {
    const refused: Role[] = [];
    for (const role of ROLES) {
      if (await isForbidden(actorOf(role), mutation, input())) refused.push(role);
    }

    expect(refused).toEqual(ROLES.filter((role) => !allowed.split(' ').includes(role)));
  });

  test('and never for a seller, whatever the role', async () => {
    const taken: string[] = [];
    for (const [mutation, input, allowed] of WRITES) {
      const actor = `seller; roles=${allowed.split(' ').join(',')}; side=SELLER; sellerId=s-1`;
      if (!(await isForbidden(actor, mutation, input()))) taken.push(mutation);
    }

    expect(taken).toEqual([]);
  });

  test('and every mutation is in this table', async () => {
    const { data } = await world.ask(
      actorOf('AUDITOR'),
      '{ __schema { mutationType { fields { name } } } }',
    );

    expect(WRITES.map(([name]) => name).sort()).toEqual(
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
