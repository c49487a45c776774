import { randomUUID } from 'node:crypto';
import { authorizedWithoutOrder, done, MINUTE_MS, triaged } from '../../support/exception-stories';
import { creationFails, EUR_129, type Cart } from '../../support/stories';
import { START, startWorld, type World } from '../../support/world';

// Seven exceptions, a minute apart, named by letters.

let world: World;
const letters: Record<string, string> = {};
beforeAll(async () => {
  world = await startWorld();
  await open('a', { market: 'DE', channel: 'web' });
  await open('b', { market: 'DE', channel: 'app' });
  await open('c', { market: 'de', channel: 'web' });
  await open('d', { market: 'FR', channel: 'web-shop', currencyCode: 'JPY' });
  world.advance(MINUTE_MS);
  letters[(await authorizedWithoutOrder(world)).exceptionId] = 'e';
  await open('f', { market: 'Ö_%sterreich', channel: 'web' });
  const last = await open('g', { market: 'FR', channel: 'web' });
  await done(world, 'COMMERCE', 'createOrder', { cartGuid: last.guid, code: 'G' });
  await triaged(world, idOf('b'));
  await assigned('a', 'carla@example.com');
  await assigned('c', 'Carla@example.com');
}, 60_000);
afterAll(async () => {
  await world.close();
});

const idOf = (letter: string) => Object.entries(letters).find(([, one]) => one === letter)![0];

/** E02 of a cart of its own; the time moves on by a minute first. */
async function open(
  letter: string,
  of: { currencyCode?: string; market: string; channel: string },
) {
  world.advance(MINUTE_MS);
  const cart = await aCartOf(of);
  const { exceptionsOpened } = await creationFails(world, cart);
  letters[exceptionsOpened[0].id] = letter;
  return cart;
}

async function aCartOf({
  currencyCode = 'EUR',
  ...more
}: {
  currencyCode?: string;
  market: string;
  channel: string;
}): Promise<Cart> {
  const amount = currencyCode === 'EUR' ? EUR_129 : { amount: '1290', currencyCode };
  const [guid, reference] = [`cart-${randomUUID()}`, `pi_${randomUUID()}`];
  const registered = { cartGuid: guid, total: amount, ...more };
  const { order } = await done(world, 'STOREFRONT', 'registerCheckout', registered);
  const { payment } = await done(world, 'STOREFRONT', 'createPayment', {
    cartGuid: guid,
    provider: 'acme',
    providerReference: reference,
    amount,
  });
  await done(world, 'PAYMENT', 'recordTransactionResult', {
    paymentId: payment.id,
    type: 'CAPTURE',
    result: 'SUCCEEDED',
    processedAmount: amount,
    gatewayTransactionId: `ch_${reference}`,
    occurredAt: world.now().toISOString(),
  });
  return { guid, reference, orderId: order.id, paymentId: payment.id };
}

const assigned = (letter: string, person: string) =>
  done(world, 'COMMERCE', 'assignException', { exceptionId: idOf(letter), person });

interface Asked {
  readonly filter?: object;
  readonly sort?: object;
  readonly first?: number;
  readonly after?: string;
}

const PAGE = `query Page($filter: ReconExceptionFilter, $sort: ReconExceptionSort, $first: Int,
  $after: String) {
  reconciliationExceptions(filter: $filter, sort: $sort, first: $first, after: $after) {
    edges { cursor node { id } } nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`;

const FINANCE = 'finance@example.com; roles=FINANCE';

const ask = (asked: Asked, actor = FINANCE) => world.ask(actor, PAGE, asked);

async function page(asked: Asked, of = world): Promise<any> {
  const { data, errors } = await of.ask(FINANCE, PAGE, asked);
  expect(errors).toBeUndefined();
  return data.reconciliationExceptions;
}

const lettersOf = (nodes: { id: string }[]) => nodes.map(({ id }) => letters[id] ?? '?').join('');
const found = async (filter: object) => lettersOf((await page({ filter })).nodes);

/** Minutes after the start. */
const at = (minutes: number, ms = 0) =>
  new Date(START.getTime() + minutes * MINUTE_MS + ms).toISOString();

describe('a filter selects', () => {
  const E01 = 'AUTHORIZED_ORDER_NOT_CREATED';
  const E02 = 'CAPTURED_ORDER_CREATION_FAILED';

  test.each<[string, object, string]>([
    ['everything', {}, 'abcdefg'],
    ['a kind', { kind: { eq: E01 } }, 'e'],
    ['kinds', { kind: { in: [E01, 'INDETERMINATE_RESULT'] } }, 'e'],
    ['no kind', { kind: { in: [] } }, ''],
    ['a status', { status: { eq: 'OPEN' } }, 'def'],
    ['statuses', { status: { in: ['ASSIGNED', 'AUTO_RESOLVED'] } }, 'abcg'],
    ['no status', { status: { in: [] } }, ''],
    ['what lives', { live: true }, 'abcdef'],
    ['what is over', { live: false }, 'g'],
    ['an accountable role', { ownerRole: { eq: 'COMMERCE' } }, 'abcdefg'],
    ['other roles', { ownerRole: { in: ['PAYMENT', 'FINANCE'] } }, ''],
    ['no role', { ownerRole: { in: [] } }, ''],
    ['a person, as written', { ownerPerson: { eq: 'carla@example.com' } }, 'ab'],
    ['a person’s beginning, as written', { ownerPerson: { startsWith: 'Carla' } }, 'c'],
    ['no person', { ownerPerson: { in: [] } }, ''],
    ['a group', { group: { eq: 'UNMATCHED_CAPTURES' } }, 'abcdefg'],
    ['other groups', { group: { in: ['DISPUTES'] } }, ''],
    ['a market, as written', { market: { eq: 'DE' } }, 'abe'],
    ['markets', { market: { in: ['de', 'FR'] } }, 'cdg'],
    ['no market', { market: { in: [] } }, ''],
    ['a market of any script', { market: { startsWith: 'Ö_%' } }, 'f'],
    ['a beginning with a joker is none', { market: { startsWith: 'Ö__' } }, ''],
    ['a market with a sign it has not', { market: { eq: 'Ö' } }, ''],
    ['a channel’s beginning', { channel: { startsWith: 'web' } }, 'acdefg'],
    ['a longer one', { channel: { startsWith: 'web-' } }, 'd'],
    ['a currency', { currency: { eq: 'JPY' } }, 'd'],
    ['currencies', { currency: { in: ['EUR', 'JPY'] } }, 'abcdefg'],
    ['a currency no database column can hold', { currency: { eq: '€' } }, ''],
    ['a list with such a one', { currency: { in: ['€', 'JPY'] } }, 'd'],
    ['from an instant on', { firstKnownAt: { gte: at(4) } }, 'defg'],
    ['1 ms later', { firstKnownAt: { gte: at(4, 1) } }, 'efg'],
    ['before an instant', { firstKnownAt: { lt: at(4) } }, 'abc'],
    ['1 ms later', { firstKnownAt: { lt: at(4, 1) } }, 'abcd'],
    ['a half-open range', { firstKnownAt: { gte: at(2), lt: at(4) } }, 'bc'],
    ['an empty range', { firstKnownAt: { gte: at(2), lt: at(2) } }, ''],
    ['a deadline', { deadline: { gte: at(62), lt: at(64) } }, 'bc'],
    ['a contradiction', { market: { eq: 'DE', in: ['FR'] } }, ''],
    ['both of two', { market: { eq: 'DE' }, channel: { eq: 'web' } }, 'ae'],
    ['and', { and: [{ market: { eq: 'DE' } }, { channel: { eq: 'app' } }] }, 'b'],
    ['and of nothing', { and: [] }, 'abcdefg'],
    ['or', { or: [{ market: { eq: 'FR' } }, { channel: { eq: 'app' } }] }, 'bdg'],
    ['or of nothing', { or: [] }, ''],
    ['or beside a condition', { live: true, or: [{ market: { eq: 'FR' } }] }, 'd'],
    [
      'three levels',
      { or: [{ and: [{ kind: { eq: E02 } }, { or: [{ market: { eq: 'FR' } }] }] }] },
      'dg',
    ],
  ])('%s: %j → %s', async (_case, filter, expected) => {
    expect(await found(filter)).toBe(expected);
  });

  test.each<[string, object, string]>([
    ['four levels', { or: [{ or: [{ or: [{ or: [{}] }] }] }] }, 'FILTER_TOO_DEEP'],
    ['201 values', { market: { in: Array(201).fill('DE') } }, 'LIST_TOO_LONG'],
    ['201 branches', { or: Array(201).fill({ live: true }) }, 'LIST_TOO_LONG'],
    ['two characters to begin with', { market: { startsWith: 'DE' } }, 'PREFIX_TOO_SHORT'],
  ])('but not with %s', async (_case, filter, reason) => {
    const { errors } = await ask({ filter });

    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', reason } }]);
  });

  test('200 values are taken', async () => {
    expect(await found({ market: { in: Array(200).fill('FR') } })).toBe('dg');
  });
});

describe('a sort orders, with the id as the last word', () => {
  test.each([
    ['FIRST_KNOWN_AT', 'ASC', 'abcdefg'],
    ['FIRST_KNOWN_AT', 'DESC', 'gfedcba'],
    ['DEADLINE', 'ASC', 'abcdefg'],
    ['DEADLINE', 'DESC', 'gfedcba'],
    ['UPDATED_AT', 'ASC', 'defabcg'],
    ['UPDATED_AT', 'DESC', 'gcbafed'],
  ])('%s %s → %s', async (field, direction, expected) => {
    const { nodes } = await page({ sort: { field, direction } });

    expect(lettersOf(nodes)).toBe(expected);
  });

  test.each(['FIRST_KNOWN_AT', 'DEADLINE', 'UPDATED_AT'])(
    '%s is ascending unless told otherwise',
    async (field) => {
      const ascending = await page({ sort: { field, direction: 'ASC' } });

      expect((await page({ sort: { field } })).nodes).toEqual(ascending.nodes);
    },
  );
});

describe('a page', () => {
  test('tells where it stands', async () => {
    const first = await page({ first: 3 });
    const second = await page({ first: 3, after: first.pageInfo.endCursor });
    const third = await page({ first: 3, after: second.pageInfo.endCursor });
    const past = await page({ first: 3, after: third.pageInfo.endCursor });

    const pages = [first, second, third, past];
    expect(pages.map(({ nodes }) => lettersOf(nodes))).toEqual(['abc', 'def', 'g', '']);
    expect(pages.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false, false]);
    expect(pages.map(({ pageInfo }) => pageInfo.hasPreviousPage)).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(pages.map(({ totalCount }) => totalCount)).toEqual([7, 7, 7, 7]);
    expect(first.pageInfo).toMatchObject({
      startCursor: first.edges[0].cursor,
      endCursor: first.edges[2].cursor,
    });
    expect(past.pageInfo).toMatchObject({ startCursor: null, endCursor: null });
    expect(first.edges.map(({ node }: any) => node)).toEqual(first.nodes);
  });

  test('counts what its filter selects', async () => {
    const { totalCount, nodes } = await page({ filter: { market: { eq: 'DE' } }, first: 1 });

    expect([totalCount, lettersOf(nodes)]).toEqual([3, 'a']);
  });

  test('counts only when it is asked for', async () => {
    world.statements.length = 0;
    const rows = '{ reconciliationExceptions { nodes { id } } }';

    await world.ask('finance@example.com; roles=FINANCE', rows);

    expect(world.statements).toHaveLength(1);
  });

  test.each([
    [1, 1],
    [7, 7],
    [200, 7],
  ])('of first %i holds %i', async (first, expected) => {
    expect((await page({ first })).nodes).toHaveLength(expected);
  });

  test.each([0, -1, 201])('of first %i is refused', async (first) => {
    const { errors } = await ask({ first });

    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', reason: 'PAGE_SIZE', field: ['first'] } },
    ]);
  });

  test('is empty for a seller: exceptions of money are not theirs', async () => {
    const seller = 'sam@example.com; roles=SUPPORT; side=SELLER; sellerId=s-1';

    const { data } = await ask({}, seller);

    expect(data.reconciliationExceptions).toMatchObject({ nodes: [], totalCount: 0 });
  });
});

describe('a cursor belongs to its filter and sort', () => {
  const mine = { filter: { live: true }, sort: { field: 'DEADLINE', direction: 'ASC' }, first: 2 };

  test.each<[string, object]>([
    ['another filter', { filter: { live: false } }],
    ['no filter', { filter: undefined }],
    ['another field', { sort: { field: 'UPDATED_AT', direction: 'ASC' } }],
    ['another direction', { sort: { field: 'DEADLINE', direction: 'DESC' } }],
  ])('and is refused under %s', async (_case, other) => {
    const { pageInfo } = await page(mine);

    const { errors } = await ask({ ...mine, ...other, after: pageInfo.endCursor });

    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', reason: 'BAD_CURSOR' } },
    ]);
  });

  test.each<[string, (cursor: string) => string]>([
    ['cut short', (cursor) => cursor.slice(0, -1)],
    ['with a sign more', (cursor) => `${cursor}A`],
    ['not of ours', () => Buffer.from('["journal","0"]').toString('base64url')],
    ['no cursor at all', () => 'next'],
    [
      'with no instant in it',
      (cursor) =>
        Buffer.from(
          JSON.stringify([
            ...(JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[]).slice(0, 2),
            'yesterday',
            'exc_1',
          ]),
        ).toString('base64url'),
    ],
  ])('and is refused %s', async (_case, spoilt) => {
    const { pageInfo } = await page(mine);

    const { errors } = await ask({ ...mine, after: spoilt(pageInfo.endCursor) });

    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', reason: 'BAD_CURSOR' } },
    ]);
  });

  test('and takes another size of page', async () => {
    const { pageInfo } = await page(mine);

    const { nodes } = await page({ ...mine, first: 4, after: pageInfo.endCursor });

    expect(lettersOf(nodes)).toBe('cdef');
  });
});

describe('pages cover every row exactly once while rows are added', () => {
  let growing: World;
  beforeAll(async () => {
    growing = await startWorld();
    for (let count = 0; count < 4; count += 1) await grow();
  });
  afterAll(async () => {
    await growing.close();
  });

  test.each([
    ['FIRST_KNOWN_AT', 'ASC'],
    ['FIRST_KNOWN_AT', 'DESC'],
    ['DEADLINE', 'ASC'],
    ['DEADLINE', 'DESC'],
    ['UPDATED_AT', 'ASC'],
    ['UPDATED_AT', 'DESC'],
  ])('%s %s', async (field, direction) => {
    const sort = { field, direction };
    const before = (await page({ sort, first: 200 }, growing)).nodes.map(({ id }: any) => id);
    const walked: string[] = [];
    let after: string | undefined;

    do {
      const { nodes, pageInfo } = await page({ sort, first: 2, ...(after && { after }) }, growing);
      walked.push(...nodes.map(({ id }: any) => id));
      if (walked.length < 8) await grow();
      after = pageInfo.hasNextPage ? pageInfo.endCursor : undefined;
    } while (after !== undefined);

    expect(new Set(walked).size).toBe(walked.length);
    expect(walked.filter((id) => before.includes(id))).toEqual(before);
  });

  /** Two more at one instant, so that the id has the last word. */
  async function grow(): Promise<void> {
    growing.advance(1);
    for (let count = 0; count < 2; count += 1) await authorizedWithoutOrder(growing);
  }
});
