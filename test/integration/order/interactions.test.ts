import { PersonalText } from '../../../src/checkout/personal-text.entity';
import { JournalEntry } from '../../../src/journal/journal-entry.entity';
import { Order } from '../../../src/order/order.entity';
import { OrderInteraction } from '../../../src/order/order-interaction.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart, EUR_129 } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const FAILED = 'Settlement operation has returned Failed';

const record = (orderId: string, more: object = {}, selection = 'id version') =>
  world.act('COMMERCE', 'recordOrderInteraction', { orderId, message: FAILED, ...more }, selection);

const log = async (orderId: string, args = '', actor = 'support; roles=SUPPORT') => {
  const { data, errors } = await world.ask(
    actor,
    `query Log($id: ID!) { order(id: $id) { interactions${args} {
      totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
      edges { cursor } nodes { kind message code sourceSystem recordedBy occurredAt recordedAt } } } }`,
    { id: orderId },
  );
  return errors ? { errors } : data.order.interactions;
};

test('a line keeps the words and the code of the other system (S0.12, S0.13)', async () => {
  const { orderId } = await aCart(world);
  const occurredAt = new Date(world.now().getTime() - 60_000).toISOString();

  const { userErrors } = await record(orderId, {
    code: 'Entity_Declined',
    sourceSystem: 'vtex',
    occurredAt,
  });

  expect(userErrors).toEqual([]);
  expect((await log(orderId)).nodes).toEqual([
    {
      kind: 'NOTE',
      message: FAILED,
      code: 'Entity_Declined',
      sourceSystem: 'vtex',
      recordedBy: 'commerce@example.com',
      occurredAt,
      recordedAt: world.now().toISOString(),
    },
  ]);
});

test('lines stand in the order in which things happened, page by page', async () => {
  const { orderId } = await aCart(world);
  const at = (minutes: number) => new Date(world.now().getTime() - minutes * 60_000).toISOString();
  for (const [message, minutes] of [
    ['third', 1],
    ['first', 3],
    ['second', 2],
    ['also second', 2],
  ] as const) {
    await record(orderId, { message, occurredAt: at(minutes) });
  }

  const first = await log(orderId, '(first: 2)');
  const rest = await log(orderId, `(first: 2, after: "${first.pageInfo.endCursor}")`);

  const messages = [...first.nodes, ...rest.nodes].map(({ message }: any) => message);
  expect(messages).toEqual(['first', 'second', 'also second', 'third']);
  expect(first).toMatchObject({
    totalCount: 4,
    pageInfo: { hasNextPage: true, hasPreviousPage: false },
  });
  expect(rest).toMatchObject({
    totalCount: 4,
    pageInfo: { hasNextPage: false, hasPreviousPage: true },
  });
});

test('a cursor of another order, and a page of 201, are refused', async () => {
  const [one, other] = [await aCart(world), await aCart(world)];
  await record(one.orderId);
  const { pageInfo } = await log(one.orderId);

  expect((await log(other.orderId, `(after: "${pageInfo.endCursor}")`)).errors).toMatchObject([
    { extensions: { reason: 'BAD_CURSOR' } },
  ]);
  expect((await log(one.orderId, '(first: 201)')).errors).toMatchObject([
    { extensions: { reason: 'PAGE_SIZE' } },
  ]);
});

test('the same line twice is two lines; with the same key it is one', async () => {
  const { orderId } = await aCart(world);
  const control = { idempotencyKey: `same-line-${orderId}` };
  await record(orderId);
  await record(orderId, { control });

  const { replayed } = await record(orderId, { control });

  expect(replayed).toBe(true);
  expect((await log(orderId)).totalCount).toBe(2);
});

test('the journal knows the line by the hash of its text, and outlives the text', async () => {
  const { orderId } = await aCart(world);
  await record(orderId, { message: 'the customer Jane Doe called' });
  const [row] = await rowsOf(world, OrderInteraction, 'order_id = ?', [orderId]);

  const [text] = await rowsOf(world, PersonalText, 'id = ?', [row!.textId]);
  const entries = await rowsOf(world, JournalEntry, 'subject_id = ?', [row!.id]);

  expect(text).toMatchObject({
    field: 'interaction.message',
    text: 'the customer Jane Doe called',
  });
  expect(entries).toHaveLength(1);
  expect(JSON.stringify(entries[0]!.after)).toContain(row!.textHash!);
  expect(JSON.stringify(entries)).not.toContain('Jane');
});

test('an erased text is null, its line stays', async () => {
  const { orderId } = await aCart(world);
  await record(orderId, { message: 'the customer Jane Doe called' });
  const [row] = await rowsOf(world, OrderInteraction, 'order_id = ?', [orderId]);
  await world.db.write((sql) =>
    sql.run('DELETE FROM `personal_text` WHERE `id` = ?', [row!.textId]),
  );

  const { totalCount, nodes } = await log(orderId);

  expect(totalCount).toBe(1);
  expect(nodes).toMatchObject([{ message: null, kind: 'NOTE' }]);
});

test('everything arrived: the first time is when', async () => {
  const { orderId } = await aCart(world);
  const deliveredAt = world.now();
  await record(orderId, { kind: 'DELIVERED', occurredAt: deliveredAt.toISOString() });
  world.advance(60_000);

  await record(orderId, { kind: 'DELIVERED' });

  const [order] = await rowsOf(world, Order, 'id = ?', [orderId]);
  expect(order!.deliveredAt).toEqual(deliveredAt);
  expect((await log(orderId)).nodes.map(({ kind }: any) => kind)).toEqual([
    'DELIVERED',
    'DELIVERED',
  ]);
});

test('a note delivers nothing', async () => {
  const { orderId } = await aCart(world);

  const { order } = await record(orderId);

  expect(order.version).toBe(1);
  const [row] = await rowsOf(world, Order, 'id = ?', [orderId]);
  expect(row!.deliveredAt).toBeNull();
});

describe('is refused', () => {
  test.each([
    ['no words', { message: ' ' }, 'REASON_REQUIRED', 'message'],
    ['10,001 characters', { message: 'x'.repeat(10_001) }, 'TOO_LONG', 'message'],
    ['a card number', { message: 'card 4111 1111 1111 1111' }, 'PAN_DETECTED', 'message'],
    ['a code of 192 characters', { code: 'x'.repeat(192) }, 'TOO_LONG', 'code'],
    ['a card number as its code', { code: '4111111111111111' }, 'PAN_DETECTED', 'code'],
    ['a system of 65 characters', { sourceSystem: 'x'.repeat(65) }, 'TOO_LONG', 'sourceSystem'],
    ['a time before 1970', { occurredAt: '1969-12-31T23:59:59Z' }, 'GUARD_FAILED', 'occurredAt'],
  ])('with %s', async (_case, more, code, field) => {
    const { orderId } = await aCart(world);

    expect(
      await refused(world, 'COMMERCE', 'recordOrderInteraction', {
        orderId,
        message: FAILED,
        ...more,
      }),
    ).toEqual([{ code, field: [field] }]);
  });

  test('not with 10,000 characters, 191 of code and 64 of system', async () => {
    const { orderId } = await aCart(world);

    const { userErrors } = await record(orderId, {
      message: 'x'.repeat(10_000),
      code: 'y'.repeat(191),
      sourceSystem: 'z'.repeat(64),
    });

    expect(userErrors).toEqual([]);
  });

  test.each(['FINANCE', 'STOREFRONT', 'AUDITOR', 'PAYMENT'])('from %s', async (role) => {
    const { orderId } = await aCart(world);

    expect(
      await refused(world, role, 'recordOrderInteraction', { orderId, message: FAILED }),
    ).toEqual([{ code: 'FORBIDDEN', field: null }]);
  });
});

test('its words are for staff: the shop and the reports may not read them', async () => {
  const { orderId } = await aCart(world);
  await record(orderId);

  for (const role of ['STOREFRONT', 'REPORTING']) {
    const { data, errors } = await world.ask(
      `reader; roles=${role}`,
      'query Log($id: ID!) { order(id: $id) { interactions { nodes { kind message } } } }',
      { id: orderId },
    );
    expect(data.order.interactions.nodes).toEqual([{ kind: 'NOTE', message: null }]);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  }
});

test('the people of a seller write and read the log of their own order', async () => {
  const { guid, orderId } = await aCart(world);
  const { order } = await world.act('COMMERCE', 'createOrder', {
    cartGuid: guid,
    code: 'LOG-1',
    side: 'SELLER',
    sellerId: 'sel_1',
    marketplaceOrderId: orderId,
    total: EUR_129,
  });
  const seller = 'stock; roles=OMS; side=SELLER; sellerId=sel_1';
  const mutation = `mutation Log($input: RecordOrderInteractionInput!) {
    recordOrderInteraction(input: $input) { userErrors { code } } }`;
  const input = (id: string) => ({
    input: {
      orderId: id,
      message: 'left the warehouse',
      control: { idempotencyKey: `log-of-${id}` },
    },
  });

  const own = await world.ask(seller, mutation, input(order.id));
  const foreign = await world.ask(seller, mutation, input(orderId));

  expect(own.data.recordOrderInteraction.userErrors).toEqual([]);
  expect(foreign.data.recordOrderInteraction.userErrors).toEqual([{ code: 'NOT_FOUND' }]);
  expect((await log(order.id, '', seller)).nodes).toMatchObject([
    { message: 'left the warehouse', recordedBy: 'stock' },
  ]);
});
