import { SignJWT } from 'jose';
import { type GraphQLAnswer, graphqlRequest } from '../support/graphql-request';
import { freshServerDatabase } from '../support/lane';
import { type ReconServer, startRecon } from '../support/recon-server';
import { signedGeneric } from '../support/signed-webhooks';
import { type Gateway, startGateway } from './harness';

/** What a development server knows the provider `sandbox` by (docs/configuration.md). */
const SANDBOX_SECRET = 'sandbox-secret-for-development';
const JWT_SECRET = 'a-secret-of-the-gateway-tests-only';
const EUR_129 = { amount: '129.00', currencyCode: 'EUR' };

/** The compiled server on one database, and how its callers say who they are. */
interface Surroundings {
  recon: ReconServer;
  callerOf(role: string): Promise<Record<string, string>>;
  remove(): Promise<void>;
}

async function embedded(): Promise<Surroundings> {
  const recon = await startRecon();
  return {
    recon,
    callerOf: async (role) => ({ 'x-recon-actor': `${role.toLowerCase()}-1; roles=${role}` }),
    remove: async () => undefined,
  };
}

async function mariadb(): Promise<Surroundings> {
  const { url, remove } = await freshServerDatabase();
  const recon = await startRecon({
    DATABASE_URL: url,
    RECON_AUTH: 'jwt',
    RECON_JWT_SECRET: JWT_SECRET,
  });
  return { recon, callerOf: bearer, remove };
}

async function bearer(role: string): Promise<Record<string, string>> {
  const token = await new SignJWT({ roles: [role] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(`${role.toLowerCase()}-1`)
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(JWT_SECRET));
  return { authorization: `Bearer ${token}` };
}

const SERVERS: [string, () => Promise<Surroundings>][] = [
  ['the embedded database, with the development header', embedded],
  ...(process.env['TEST_DATABASE_URL'] === undefined
    ? []
    : ([['MariaDB, with tokens', mariadb]] as [string, typeof mariadb][])),
];

describe.each(SERVERS)('through the gateway, on %s', (_name, start) => {
  let around: Surroundings;
  let gateway: Gateway;
  let keys = 0;
  beforeAll(async () => {
    around = await start();
    gateway = await startGateway(around.recon.url, await around.callerOf('STOREFRONT'));
  });
  afterAll(async () => {
    await gateway?.close();
    await around?.recon.close();
    await around?.remove();
  });

  /** One query or mutation to the gateway, which knows nothing of who calls. */
  const ask = async (role: string, query: string, variables: object = {}): Promise<GraphQLAnswer> =>
    graphqlRequest(gateway.url, query, {
      variables: { ...variables },
      headers: await around.callerOf(role),
    });

  /** One mutation; answers its payload, and fails where it was refused. */
  async function act(role: string, mutation: string, input: object, selection: string) {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    keys += 1;
    const control = { idempotencyKey: `gateway-case-key-${keys}` };
    const answer = await ask(
      role,
      `mutation ($input: ${type}!) { ${mutation}(input: $input) {
        ${selection} exceptionsOpened { id kind status } userErrors { code message } } }`,
      { input: { ...input, control } },
    );
    expect(answer.errors).toBeUndefined();
    return answer.data[mutation];
  }

  async function done(role: string, mutation: string, input: object, selection: string) {
    const payload = await act(role, mutation, input, selection);
    expect(payload.userErrors).toEqual([]);
    return payload;
  }

  /** Asks again until the answer is what is waited for: the server applies webhooks by itself. */
  async function until(query: string, variables: object, holds: (data: any) => boolean) {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const { data } = await ask('FINANCE', query, variables);
      if (holds(data) || Date.now() > deadline) return data;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async function captureIsTold(reference: string, cartGuid: string): Promise<void> {
    const now = new Date();
    const { body, headers } = signedGeneric(
      {
        psp_reference: reference,
        capture_id: `ch_${reference}`,
        amount: EUR_129.amount,
        currency: EUR_129.currencyCode,
        capture_timestamp: now.toISOString(),
        cart_guid: cartGuid,
        webhook_event_id: `evt_${reference}`,
        webhook_replayable: true,
      },
      SANDBOX_SECRET,
      now,
    );
    const url = `${around.recon.origin}/webhooks/sandbox`;
    const response = await fetch(url, { method: 'POST', headers, body });
    expect([response.status, await response.json()]).toEqual([
      200,
      { id: expect.stringMatching(/^wdl_/), outcome: 'RECEIVED' },
    ]);
  }

  test('money taken and no order: found, decided, repaired, closed, and read on the cart page', async () => {
    const cartGuid = 'gateway-cart-1';
    const { order } = await done(
      'STOREFRONT',
      'registerCheckout',
      { cartGuid, total: EUR_129, customerId: 'c-77', market: 'DE' },
      'order { id status customer { displayName } }',
    );
    expect(order).toMatchObject({
      status: 'CREATION_PENDING',
      customer: { displayName: 'Customer c-77' },
    });
    const { payment } = await done(
      'STOREFRONT',
      'createPayment',
      { cartGuid, provider: 'sandbox', providerReference: 'pi-1', method: 'card', amount: EUR_129 },
      'payment { id }',
    );

    await captureIsTold('pi-1', cartGuid);
    const seen = await until(
      'query ($id: ID!) { payment(id: $id) { status webhookDeliveries { nodes { outcome } } } }',
      { id: payment.id },
      (data) => data?.payment?.status === 'CAPTURED',
    );
    expect(seen.payment).toEqual({
      status: 'CAPTURED',
      webhookDeliveries: { nodes: [{ outcome: 'APPLIED' }] },
    });

    const failed = await done(
      'STOREFRONT',
      'recordOrderCreationFailure',
      { orderId: order.id, reason: 'address normalisation failed' },
      'order { status }',
    );
    expect(failed.exceptionsOpened).toMatchObject([
      { kind: 'CAPTURED_ORDER_CREATION_FAILED', status: 'OPEN' },
    ]);
    const [{ id: exceptionId }] = failed.exceptionsOpened;

    expect((await exceptionOf(exceptionId)).order.customer).toEqual({ email: 'c-77@example.test' });
    await work(exceptionId);
    await repair(exceptionId, cartGuid);
    await close(exceptionId);

    const page = await ask('FINANCE', CART_PAGE, { orderCode: 'GATEWAY-1' });
    expect(page).toEqual({
      status: 200,
      data: {
        cartPage: {
          shippingCost: { amount: '4.90', currencyCode: 'EUR' },
          order: {
            code: 'GATEWAY-1',
            customer: { displayName: 'Customer c-77' },
            exceptions: [
              {
                status: 'CLOSED',
                closureNote: { rootCause: 'the address service timed out' },
              },
            ],
          },
        },
      },
    });
  });

  async function exceptionOf(id: string): Promise<any> {
    const query = `query ($id: ID!) { reconciliationException(id: $id) {
      status missingEvidence(for: DECISION, decision: REPAIR_ORDER)
      order { customer { email } } } }`;
    return (await ask('SUPPORT', query, { id })).data.reconciliationException;
  }

  async function work(exceptionId: string): Promise<void> {
    const answers = { customerCharged: 'YES', orderFulfillable: 'YES' };
    await done('COMMERCE', 'triageException', { exceptionId, ...answers }, 'exception { status }');
    const person = 'carla@example.com';
    await done('COMMERCE', 'assignException', { exceptionId, person }, 'exception { status }');
    for (const [role, kind] of [
      ['OMS', 'DOWNSTREAM_STATUS'],
      ['ENGINEERING', 'REPLAY_MARKER'],
      ['COMMERCE', 'COMMERCE_PROOF'],
      ['OMS', 'OMS_PROOF'],
    ] as const) {
      const evidence = { exceptionId, kind, reference: `ref-${kind}` };
      await done(role, 'attachEvidence', evidence, 'exception { status }');
    }
    expect((await exceptionOf(exceptionId)).missingEvidence).toEqual(['REPAIR_ACTION']);
  }

  async function repair(exceptionId: string, cartGuid: string): Promise<void> {
    const decision = {
      exceptionId,
      decision: 'REPAIR_ORDER',
      reason: 'the cart is intact and stock is there',
      repairAction: 'ADDRESS_FIX',
    };
    const decided = await done('COMMERCE', 'decideException', decision, 'exception { status }');
    const started = await done(
      'COMMERCE',
      'startExceptionAction',
      { exceptionId },
      'exception { status }',
    );
    const created = await done(
      'COMMERCE',
      'createOrder',
      { cartGuid, code: 'GATEWAY-1' },
      'order { code status exceptions { status } }',
    );

    expect(decided.exception.status).toBe('DECIDED');
    expect(started.exception.status).toBe('ACTIONING');
    expect(created.order).toEqual({
      code: 'GATEWAY-1',
      status: 'PAYMENT_AUTHORIZED',
      exceptions: [{ status: 'AWAITING_CLOSURE' }],
    });
  }

  async function close(exceptionId: string): Promise<void> {
    const note = {
      providerReference: 'pi-1',
      orderCode: 'GATEWAY-1',
      settlementBatch: 'NOT_APPLICABLE',
      refundOrInvoiceReference: 'NOT_APPLICABLE',
      rootCause: 'the address service timed out',
      preventionAction: 'the shop retries normalisation before it takes money',
      customerOutcome: 'the customer has the order',
      orderOutcome: 'the order was created',
      settlementOutcome: 'the capture settles with the order code',
    };
    const message = { exceptionId, message: 'Your order is on its way.' };
    const closing = ['closeException', { exceptionId, note }, 'exception { status }'] as const;

    const early = await act('FINANCE', ...closing);
    await done('SUPPORT', 'recordCustomerMessage', message, 'exception { status }');
    const foreign = await act('SUPPORT', ...closing);
    const closed = await done('FINANCE', ...closing);

    expect(early.userErrors).toMatchObject([{ code: 'EVIDENCE_MISSING' }]);
    expect(foreign.userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect(closed.exception).toEqual({ status: 'CLOSED' });
  }

  test('a caller without a name is turned away by the subgraph, not by the gateway', async () => {
    const answer = await graphqlRequest(gateway.url, CART_PAGE, {
      variables: { orderCode: 'GATEWAY-1' },
    });

    expect(answer.data.cartPage).toEqual({
      shippingCost: { amount: '4.90', currencyCode: 'EUR' },
      order: null,
    });
    expect(answer.errors).toHaveLength(1);
  });
});

const CART_PAGE = `query ($orderCode: String!) {
  cartPage(orderCode: $orderCode) {
    shippingCost { amount currencyCode }
    order {
      code
      customer { displayName }
      exceptions { status closureNote { rootCause } }
    }
  }
}`;
