import { commands } from '../../../src/checkout/commands';
import { aFulfillment } from '../../support/rows';
import { attachAll, capturedWithoutOrder, EUR_129, note, type Cart } from '../../support/stories';
import { PREPARED } from '../../support/mutation-inputs';
import { startWorld, type World } from '../../support/world';

// Statements per operation, without BEGIN and COMMIT.
const MUTATION_MAX = 22;
const ORDER_PAGE = 5;
const SUMMARY_MAX = 5;

const READER = 'auditor; roles=AUDITOR';
const ORDER_FIELDS = `id code total { amount currencyCode }
  payments { id status transactions { id type status } }
  fulfillments { id total { amount } }
  exceptions(live: true) { id kind status }`;
const ORDERS = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Order { ${ORDER_FIELDS} } } }`;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.close();
});

/** How many statements the work took. */
async function counted(work: () => Promise<any>): Promise<{ statements: number; answer: any }> {
  world.statements.length = 0;
  const answer = await work();
  return { statements: world.statements.length, answer };
}

describe('an order with payments, transactions, fulfillments and open exceptions', () => {
  const carts: Cart[] = [];
  beforeAll(async () => {
    for (let number = 0; number < 50; number += 1) {
      const cart = await capturedWithoutOrder(world);
      await aFulfillment(world, cart);
      carts.push(cart);
    }
  });

  test('costs five statements when it is looked up', async () => {
    const [{ orderId = '' } = {}] = carts;

    const { statements, answer } = await counted(() =>
      world.ask(READER, `query ($id: ID!) { order(id: $id) { ${ORDER_FIELDS} } }`, { id: orderId }),
    );

    expect(answer.data.order).toMatchObject({
      payments: [{ transactions: [{ type: 'CAPTURE' }, { type: 'AUTHORIZE' }] }],
      fulfillments: [{ total: { amount: '129.00' } }],
      exceptions: [{ kind: 'CAPTURED_ORDER_CREATION_FAILED', status: 'OPEN' }],
    });
    expect(statements).toBe(ORDER_PAGE);
  });

  test.each([1, 10, 50])('costs five statements for %d of them through a router', async (width) => {
    const references = carts
      .slice(0, width)
      .map(({ orderId }) => ({ __typename: 'Order', id: orderId }));

    const { statements, answer } = await counted(() =>
      world.ask(READER, ORDERS, { r: references }),
    );

    const full = answer.data._entities.filter(
      (row: any) => row.exceptions.length === 1 && row.payments[0].transactions.length === 2,
    );
    expect(full).toHaveLength(width);
    expect(statements).toBe(ORDER_PAGE);
  });

  test('the summary costs the same over one case and over fifty', async () => {
    const query = `{ reconciliationSummary { customersCharged awaitingRepair refunded
      heldAmount { amount } oldestUnresolvedCapture nextDecisionDeadline
      retryModes { running paused } chargedWithoutDecision watching open dataThroughPosition } }`;

    const { statements, answer } = await counted(() => world.ask(READER, query));

    expect(answer.data.reconciliationSummary).toMatchObject({ open: 50, awaitingRepair: 50 });
    expect(statements).toBeLessThanOrEqual(SUMMARY_MAX);
  });

  test('transitions of a page cost one statement per table, not per row', async () => {
    const read = (width: number) =>
      counted(() =>
        world.ask(
          READER,
          `{ reconciliationExceptions(first: ${width}) { nodes { availableTransitions { mutation } } } }`,
        ),
      );

    const one = await read(1);
    const many = await read(50);

    expect(many.answer.data.reconciliationExceptions.nodes).toHaveLength(50);
    expect(many.statements).toBe(one.statements);
  });
});

describe('a mutation', () => {
  const costs = new Map<string, number>();

  /** Runs the mutation for its effect, and keeps what its dearest run cost. */
  async function act(role: string, mutation: string, input: object, variant = ''): Promise<any> {
    const { statements, answer } = await counted(() => world.act(role, mutation, input));
    expect(answer.userErrors).toEqual([]);
    costs.set(`${mutation}${variant}`, statements);
    return answer;
  }

  beforeAll(async () => {
    const cartGuid = 'budget-cart';
    const reference = { provider: 'acme', providerReference: 'budget-payment' };
    const { order } = await act('STOREFRONT', 'registerCheckout', { cartGuid, total: EUR_129 });
    const { payment } = await act('STOREFRONT', 'createPayment', {
      cartGuid,
      ...reference,
      method: 'card',
      amount: EUR_129,
    });
    await act('SYSTEM', 'recordTransactionResult', {
      paymentId: payment.id,
      type: 'CAPTURE',
      result: 'SUCCEEDED',
      processedAmount: EUR_129,
      gatewayTransactionId: 'budget-capture',
    });
    await act('SYSTEM', 'recordProviderSnapshot', {
      ...reference,
      status: 'captured',
      currency: 'EUR',
      captured: '129.00',
      occurredAt: world.now().toISOString(),
    });
    const failed = await act('STOREFRONT', 'recordOrderCreationFailure', {
      orderId: order.id,
      reason: 'address normalisation failed',
    });
    const [{ id: exceptionId }] = failed.exceptionsOpened;
    await workOn(exceptionId, cartGuid);
    await act('FINANCE', 'closeException', {
      exceptionId,
      note: note(
        { guid: cartGuid, orderId: order.id, paymentId: payment.id, reference: 'budget-payment' },
        { orderCode: 'BUDGET-1' },
      ),
    });
    await orphans();
    for (const [mutation, prepare] of Object.entries(PREPARED)) {
      const [role, input] = await prepare(world);
      await act(role, mutation, input);
    }
  });

  async function workOn(exceptionId: string, cartGuid: string): Promise<void> {
    const answers = { customerCharged: 'YES', orderFulfillable: 'YES' };
    await act('COMMERCE', 'triageException', { exceptionId, ...answers });
    await act('COMMERCE', 'assignException', { exceptionId, person: 'carla@example.com' });
    await attachAll(world, exceptionId);
    const stated = { kind: 'WEBHOOK_EVENT', available: false, note: 'the provider sent none' };
    await act('ENGINEERING', 'attachEvidence', { exceptionId, ...stated });
    await act('COMMERCE', 'decideException', {
      exceptionId,
      decision: 'REPAIR_ORDER',
      reason: 'the cart is intact and stock is there',
      repairAction: 'ADDRESS_FIX',
    });
    await act('COMMERCE', 'startExceptionAction', { exceptionId });
    await act('STOREFRONT', 'createOrder', { cartGuid, code: 'BUDGET-1' });
    await act('COMMERCE', 'recordExceptionActionResult', { exceptionId, result: 'SUCCEEDED' });
    const told = { message: 'Your order is on its way.', supportCase: 'CASE-1' };
    await act('SUPPORT', 'recordCustomerMessage', { exceptionId, ...told });
  }

  /** Money nobody announced, found by its exception, then named by an order and by a payment. */
  async function orphans(): Promise<void> {
    const names = ['orphan-1', 'orphan-2', 'orphan-3'];
    for (const name of names) {
      await world.deliver({
        psp_reference: name,
        capture_id: `ch_${name}`,
        amount: '129.00',
        currency: 'EUR',
        capture_timestamp: world.now().toISOString(),
        webhook_event_id: `evt_${name}`,
      });
    }
    const payments = names
      .slice(0, 2)
      .map((name) => ({ provider: 'acme', providerReference: name }));
    const cart = { cartGuid: 'budget-orphans', total: EUR_129 };
    await act('STOREFRONT', 'createOrder', { ...cart, code: 'BUDGET-2', payments }, ' adopting');
    await act(
      'STOREFRONT',
      'createPayment',
      {
        cartGuid: 'budget-orphans',
        provider: 'acme',
        providerReference: 'orphan-3',
        amount: EUR_129,
      },
      ' adopting',
    );
  }

  test('costs at most 22 statements, whichever it is, adoptions included', () => {
    const measured = [...costs.keys()].map((name) => name.replace(' adopting', ''));

    expect(new Set(measured)).toEqual(new Set(commands.map(({ name }) => name)));
    expect([...costs].filter(([, statements]) => statements > MUTATION_MAX)).toEqual([]);
  });

  test('costs the same when its checkout is a hundred times larger', async () => {
    const cost = async (cartGuid: string, size: number) => {
      const { order } = await world.act('STOREFRONT', 'registerCheckout', {
        cartGuid,
        total: EUR_129,
      });
      const { payment } = await world.act('STOREFRONT', 'createPayment', {
        cartGuid,
        provider: 'acme',
        amount: EUR_129,
      });
      for (let number = 0; number < size; number += 1) {
        await world.act('SYSTEM', 'recordTransactionResult', {
          paymentId: payment.id,
          type: 'AUTHORIZE',
          result: 'FAILED',
          requestedAmount: EUR_129,
          gatewayTransactionId: `${cartGuid}-${number}`,
        });
      }
      const reason = 'address normalisation failed';
      const { statements } = await counted(() =>
        world.act('STOREFRONT', 'recordOrderCreationFailure', { orderId: order.id, reason }),
      );
      return statements;
    };

    expect(await cost('budget-large', 100)).toBe(await cost('budget-small', 1));
  });
});
