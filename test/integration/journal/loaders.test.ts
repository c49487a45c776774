import {
  journalCount,
  journalPage,
  subjectJournalCount,
  subjectJournalPage,
  type JournalFilter,
} from '../../../src/journal/journal.loaders';
import { type JournalEntry } from '../../../src/journal/journal-entry.entity';
import { openJournalWorld, type JournalWorld } from '../../support/journal-world';

let world: JournalWorld;
let sealed: JournalEntry[];
let waiting: JournalEntry[];

beforeAll(async () => {
  world = await openJournalWorld();
  const a = await world.paidOrder('cart-a');
  const b = await world.paidOrder('cart-b');
  await world.seal();
  sealed = [...(await world.entries(a)), ...(await world.entries(b))];
  waiting = await world.entries(await world.paidOrder('cart-c'));
});
afterAll(() => world.db.close());

const firstSubject = () =>
  sealed
    .slice(0, 1)
    .map(({ subjectId }) => subjectId)
    .join();
const page = (after: bigint | null, first: number, filter: JournalFilter = {}) =>
  journalPage(world.db.reader, world.db.dialect, { after, first, filter });
const count = (filter?: JournalFilter) => journalCount(world.db.reader, world.db.dialect, filter);
const withPosition = (entry: JournalEntry) => ({
  ...entry,
  position: BigInt(sealed.findIndex(({ id }) => id === entry.id) + 1),
});

test('the journal is read page by page in the order of sealing, without what is not sealed', async () => {
  const all = sealed.map(withPosition);

  expect(await page(null, 200)).toEqual(all);
  expect(await page(null, 3)).toEqual(all.slice(0, 3));
  expect(await page(3n, 2)).toEqual(all.slice(3, 5));
  expect(await page(BigInt(all.length), 5)).toEqual([]);
  expect(await count()).toBe(all.length);
});

const FILTERS: [string, () => JournalFilter, (entry: JournalEntry) => boolean][] = [
  ['kinds', () => ({ kinds: ['CHANGE'] }), ({ kind }) => kind === 'CHANGE'],
  ['a kind nothing has', () => ({ kinds: ['ADOPTION'] }), () => false],
  ['no kind at all', () => ({ kinds: [] }), () => false],
  ['absent lists', () => ({ kinds: null, actions: null, subjectId: null }), () => true],
  [
    'actions',
    () => ({ actions: ['createOrder', 'createPayment'] }),
    ({ action }) => ['createOrder', 'createPayment'].includes(action),
  ],
  ['an action that cannot be', () => ({ actions: ['é\0'] }), () => false],
  [
    'a subject',
    () => ({ subjectId: firstSubject() }),
    ({ subjectId }) => subjectId === firstSubject(),
  ],
  [
    'all of them',
    () => ({ kinds: ['CHANGE'], actions: ['createOrder'], subjectId: firstSubject() }),
    ({ kind, action, subjectId }) =>
      kind === 'CHANGE' && action === 'createOrder' && subjectId === firstSubject(),
  ],
];

test.each(FILTERS)('the journal filtered by %s', async (_case, filter, isWanted) => {
  const wanted = sealed.filter(isWanted).map(withPosition);

  expect(await page(null, 200, filter())).toEqual(wanted);
  expect(await count(filter())).toBe(wanted.length);
});

test('the journal of one id holds what is not sealed too, oldest first', async () => {
  const { subjectId } = waiting.find(({ subjectType }) => subjectType === 'Order')!;
  const own = waiting
    .filter((entry) => entry.subjectId === subjectId)
    .map((entry) => ({ ...entry, position: null }));
  const read = (afterId: string | null, first: number) =>
    subjectJournalPage(world.db.reader, world.db.dialect, { subjectId, afterId, first });

  expect(own.length).toBeGreaterThan(1);
  expect(await read(null, 200)).toEqual(own);
  expect(await read(null, 1)).toEqual(own.slice(0, 1));
  expect(await read(String(own.at(0)?.id), 200)).toEqual(own.slice(1));
  expect(await read(String(own.at(-1)?.id), 200)).toEqual([]);
  expect(await subjectJournalCount(world.db.reader, world.db.dialect, subjectId)).toBe(own.length);
});

test('the journal of one id has the positions of what is sealed', async () => {
  const subjectId = firstSubject();
  const own = sealed.filter((entry) => entry.subjectId === subjectId).map(withPosition);
  const { reader, dialect } = world.db;

  expect(
    await subjectJournalPage(reader, dialect, { subjectId, afterId: null, first: 200 }),
  ).toEqual(own);
});

test('an id that cannot be has no journal', async () => {
  const { reader, dialect } = world.db;

  expect(
    await subjectJournalPage(reader, dialect, { subjectId: 'é', afterId: null, first: 1 }),
  ).toEqual([]);
  expect(await subjectJournalCount(reader, dialect, 'é')).toBe(0);
});
