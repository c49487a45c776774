import { startWorld, type World } from '../../support/world';

// What a filter may cost, in every list that takes one.

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const ADMIN = 'ada@example.com; roles=ADMIN';
const many = (length: number) => Array.from({ length }, (_, index) => `a${index}`);
const LISTS = {
  reconciliationExceptions: ['ReconExceptionFilter', '{ totalCount }'],
  webhookDeliveries: ['ReconWebhookDeliveryFilter', '{ totalCount }'],
  journal: ['ReconJournalFilter', '{ totalCount nodes { id } }'],
  reconciliationSummary: ['ReconSummaryFilter', '{ open }'],
} as const;

async function asked(list: keyof typeof LISTS, filter: object): Promise<any> {
  const [type, selection] = LISTS[list];
  const query = `query Asked($filter: ${type}) { ${list}(filter: $filter) ${selection} }`;
  return world.ask(ADMIN, query, { filter });
}

const cases: [keyof typeof LISTS, (length: number) => object][] = [
  ['reconciliationExceptions', (length) => ({ market: { in: many(length) } })],
  ['reconciliationExceptions', (length) => ({ and: [{ channel: { in: many(length) } }] })],
  ['reconciliationExceptions', (length) => ({ or: Array(length).fill({ live: true }) })],
  ['webhookDeliveries', (length) => ({ provider: { in: many(length) } })],
  ['webhookDeliveries', (length) => ({ outcomeIn: Array(length).fill('APPLIED') })],
  ['journal', (length) => ({ actionIn: many(length) })],
  ['journal', (length) => ({ kindIn: Array(length).fill('CHANGE') })],
  ['reconciliationSummary', (length) => ({ market: { in: many(length) } })],
];

test.each(cases)('%s takes a list of 200 values', async (list, filter) => {
  const { data, errors } = await asked(list, filter(200));

  expect(errors).toBeUndefined();
  expect(Object.keys(data)).toEqual([list]);
});

test.each(cases)('%s refuses a list of 201 values, and one of 501', async (list, filter) => {
  for (const length of [201, 501]) {
    const { errors } = await asked(list, filter(length));

    expect(errors).toHaveLength(1);
    expect(errors[0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'LIST_TOO_LONG',
      field: ['filter'],
    });
  }
});

test.each<[keyof typeof LISTS, (prefix: string) => object]>([
  ['reconciliationExceptions', (startsWith) => ({ market: { startsWith } })],
  ['webhookDeliveries', (startsWith) => ({ eventId: { startsWith } })],
  ['reconciliationSummary', (startsWith) => ({ channel: { startsWith } })],
])('%s takes a beginning of three characters, and not of two', async (list, filter) => {
  expect((await asked(list, filter('web'))).errors).toBeUndefined();

  const { errors } = await asked(list, filter('we'));

  expect(errors[0].extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    reason: 'PREFIX_TOO_SHORT',
    field: ['filter'],
  });
});

test('lists of like lengths are one statement, on every list', async () => {
  for (const [list, filter] of cases) {
    if (list === 'reconciliationExceptions' && 'or' in filter(1)) continue;
    world.statements.length = 0;
    await asked(list, filter(129));
    const shorter = [...world.statements];
    world.statements.length = 0;
    await asked(list, filter(200));

    expect([list, world.statements]).toEqual([list, shorter]);
  }
});

test.each([
  ['a seller’s finance', 'sue@example.com; roles=FINANCE; side=SELLER; sellerId=s_1'],
  ['a shopper', 'zoe@example.com; roles=CUSTOMER; customerId=c_1'],
  ['a seller’s reporting', 'rob@example.com; roles=REPORTING; side=SELLER; sellerId=s_1'],
])('%s is not told the totals of the marketplace', async (_who, actor) => {
  const { data, errors } = await world.ask(actor, '{ reconciliationSummary { open } }');

  expect(data).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});
