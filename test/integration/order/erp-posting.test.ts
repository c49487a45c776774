import { Order } from '../../../src/order/order.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const POSTINGS = 'erpPostingStatus erpPostings { subject subjectId status document recordedAt }';

const record = (orderId: string, posting: object) =>
  world.act('FINANCE', 'recordErpPosting', { orderId, ...posting }, POSTINGS);

const invoice = { subject: 'INVOICE', subjectId: 'INV-1' };

test('an order nobody posted anything of is not posted', async () => {
  const { orderId } = await aCart(world);

  const { data } = await world.ask(
    'finance; roles=FINANCE',
    `query One($id: ID!) { order(id: $id) { ${POSTINGS} } }`,
    { id: orderId },
  );

  expect(data.order).toEqual({ erpPostingStatus: 'NOT_POSTED', erpPostings: [] });
});

test('a posting is told by its newest state, and keeps its document (S2.15)', async () => {
  const { orderId } = await aCart(world);
  await record(orderId, { ...invoice, status: 'PENDING' });
  await record(orderId, { ...invoice, status: 'POSTED', document: 'ERP-9' });
  world.advance(1_000);

  const { order, userErrors } = await record(orderId, { ...invoice, status: 'REVERSED' });

  expect(userErrors).toEqual([]);
  expect(order).toEqual({
    erpPostingStatus: 'REVERSED',
    erpPostings: [
      {
        ...invoice,
        status: 'REVERSED',
        document: 'ERP-9',
        recordedAt: world.now().toISOString(),
      },
    ],
  });
});

test('postings of another subject or another id stand beside it', async () => {
  const { orderId } = await aCart(world);
  await record(orderId, { ...invoice, status: 'PENDING' });
  await record(orderId, { subject: 'CAPTURE', subjectId: 'INV-1', status: 'PENDING' });

  const { order } = await record(orderId, { ...invoice, subjectId: 'INV-2', status: 'PENDING' });

  expect(order.erpPostings.map(({ subject, subjectId }: any) => `${subject} ${subjectId}`)).toEqual(
    ['INVOICE INV-1', 'CAPTURE INV-1', 'INVOICE INV-2'],
  );
});

test.each([
  ['POSTED', ['POSTED']],
  ['PENDING', ['POSTED', 'PENDING']],
  ['NOT_POSTED', ['PENDING', 'NOT_POSTED', 'POSTED']],
  ['REVERSED', ['NOT_POSTED', 'REVERSED', 'PENDING']],
  ['FAILED', ['REVERSED', 'FAILED', 'POSTED', 'NOT_POSTED', 'PENDING']],
])('%s is the worst of %j', async (worst, statuses) => {
  const { orderId } = await aCart(world);
  let answered: any;
  for (const [index, status] of statuses.entries()) {
    const document = status === 'POSTED' ? { document: `ERP-${index}` } : {};
    answered = await record(orderId, {
      subject: 'REFUND',
      subjectId: `re_${index}`,
      status,
      ...document,
    });
  }

  expect(answered.order.erpPostingStatus).toBe(worst);
  expect(answered.order.erpPostings).toHaveLength(statuses.length);
});

test('the same state again changes nothing', async () => {
  const { orderId } = await aCart(world);
  await record(orderId, { ...invoice, status: 'POSTED', document: 'ERP-1' });
  const before = await rowsOf(world, Order, 'id = ?', [orderId]);
  world.advance(1_000);

  const { userErrors } = await record(orderId, {
    ...invoice,
    status: 'POSTED',
    document: 'ERP-1',
  });

  expect(userErrors).toEqual([]);
  expect(await rowsOf(world, Order, 'id = ?', [orderId])).toEqual(before);
});

describe('is refused', () => {
  test('as posted without a document, which it names', async () => {
    const { orderId } = await aCart(world);

    const { order, userErrors } = await record(orderId, { ...invoice, status: 'POSTED' });

    expect(order).toBeNull();
    expect(userErrors).toMatchObject([
      { code: 'EVIDENCE_MISSING', field: ['document'], missingEvidence: ['FINANCE_POSTING'] },
    ]);
  });

  test.each([
    ['a subject id with a space', { subjectId: 'INV 1' }, 'GUARD_FAILED', 'subjectId'],
    ['an empty subject id', { subjectId: '' }, 'GUARD_FAILED', 'subjectId'],
    ['192 characters', { subjectId: 'x'.repeat(192) }, 'GUARD_FAILED', 'subjectId'],
    ['a card number', { document: '4111111111111111' }, 'PAN_DETECTED', 'document'],
  ])('with %s', async (_case, more, code, field) => {
    const { orderId } = await aCart(world);

    expect(
      await refused(world, 'FINANCE', 'recordErpPosting', {
        orderId,
        ...invoice,
        status: 'PENDING',
        ...more,
      }),
    ).toEqual([{ code, field: [field] }]);
  });

  test.each(['OMS', 'COMMERCE', 'PAYMENT', 'ADMIN', 'AUDITOR'])('from %s', async (role) => {
    const { orderId } = await aCart(world);

    expect(
      await refused(world, role, 'recordErpPosting', { orderId, ...invoice, status: 'PENDING' }),
    ).toEqual([{ code: 'FORBIDDEN', field: null }]);
  });
});
