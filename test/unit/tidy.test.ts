import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

// Goal: what review would otherwise have to remember. A file uses values of its own floor or of a lower one; types are
// free, they are gone at run time. The first pattern that fits names the floor.
const FLOORS: readonly [RegExp, number][] = [
  [/^kernel\/|\.(machine|rules)\.ts$/, 0],
  [/^db\/|\.entity\.ts$/, 1],
  [/^graphql\/|^context\.ts$|\.resolvers\.ts$/, 3],
  [/^(main|server|config|metrics|log)\.ts$|^(http|cli)\/|-metrics\.ts$/, 4],
  [/loaders\.ts$|^(worker|report|journal)\//, 2],
  [/^checkout\/(change-checkout|find-checkout|idempotency|load|row-reader|tables)\.ts$/, 2],
  [/^checkout\/write(-\w+)?\.ts$|^exception\/exception-query\.ts$|^webhook\/receive-\w+\.ts$/, 2],
  // Use cases: verb-noun.ts, and the words and parts they share.
  [/^(checkout|order|payment|fulfillment|exception|webhook)\/[a-z-]+\.ts$/, 0],
];

/** Packages that are known from a floor up. */
const PACKAGES: readonly [RegExp, number][] = [
  [/^(typeorm|mysql2|libsql|async-mutex)\b/, 1],
  [/^dataloader$/, 1],
  [/^graphql$|^@apollo\//, 3],
  [/^(fastify|@as-integrations\/fastify|@graphql-yoga|pino|prom-client)\b/, 4],
];

const LINES_MAX = 250;
/** Longer than 200 lines. A name may leave the list; none may be added. */
const LONG = ['server.ts'];

const BANNED: readonly [string, RegExp, readonly string[]][] = [
  ['as any', /\bas any\b/, []],
  ['a switched-off type check', /@ts-(ignore|expect-error|nocheck)/, []],
  ['console', /\bconsole\./, []],
  ['a clock of its own', /new Date\(\)/, ['kernel/clock.ts']],
  ['a note to self', /\b(TODO|FIXME|HACK)\b/, []],
  ['save() of an ORM', /\.save\(/, []],
  ['upsert() of an ORM', /\.upsert\((?!keys)/, []],
  ['a schema made from entities', /\bsynchronize\b/, []],
  ['joins of an ORM', /relationLoadStrategy|@(OneToMany|ManyToOne|ManyToMany|OneToOne)\b/, []],
  // Jitter only: nothing that is stored.
  ['chance', /Math\.random\(/, ['checkout/change-checkout.ts', 'worker/loops.ts']],
];

/** Casts through unknown, and how many there are. A number may go down; none may go up. */
const CASTS: Readonly<Record<string, number>> = {
  'checkout/row-reader.ts': 1,
  'graphql/answer.ts': 1,
  'journal/journal.loaders.ts': 1,
  'journal/stored-entries.ts': 2,
};

/** Who writes rows: changeCheckout, and the writers beside it. Everything else decides or reads. */
const WRITERS: Readonly<Record<string, string>> = {
  'checkout/write.ts':
    'changeCheckout: what changed, one statement per table; an adoption moves keys',
  'checkout/write-roots.ts': 'changeCheckout: compares-and-sets the roots',
  'checkout/idempotency.ts': 'changeCheckout: claims a key, keeps its answer',
  'webhook/receive-delivery.ts': 'the webhook route: stores a delivery',
  'worker/apply.ts': 'the applier: attempts and outcomes that no checkout owns',
  'worker/sweep.ts': 'the sweeper: leases of due checkouts',
  'worker/lease.ts': 'leases of the loops',
  'worker/reap.ts': 'the reaper: what retention removes',
  'journal/seal-journal.ts': 'the sealer: positions and seals',
  'db/rows.ts': 'how rows are written, for those above',
  'db/dialect.ts': 'how rows are written, per database',
  'db/migrate.ts': 'which migrations ran',
};
const WRITES =
  /\b(INSERT INTO|DELETE FROM|REPLACE INTO|UPDATE [`$\\])|\b(insert|upsert)Rows\(|deleteRowsIn\(/;

/** A status that is not the answer of `step` itself. */
const STATUS_BESIDE_STEP: Readonly<Record<string, string>> = {
  'order/new-order.rules.ts': 'an order that is new starts where createOrder takes it from',
  'fulfillment/uncaptured.rules.ts': 'asks what would be, on a copy that nobody writes',
  'order/register-checkout.ts': 'an order starts with its registration',
};

const ROOT = join(__dirname, '../..');
const SRC = join(ROOT, 'src');
const files = filesIn(SRC, '.ts').filter((path) => path !== 'graphql/generated.ts');

function filesIn(folder: string, ending: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((path) => path.endsWith(ending)).sort();
}

const read = (path: string) => readFileSync(join(SRC, path), 'utf8');
const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');

function floorOf(path: string): number | undefined {
  return FLOORS.find(([pattern]) => pattern.test(path))?.[1];
}

/** What is imported or passed on as a value: modules of ours by path in src, packages by name. */
function importsOf(path: string, text: string): string[] {
  const statements = [...text.matchAll(/^(?:import|export) ([^;']*?) from '([^']+)'/gm)];
  return statements
    .filter(([, names = '']) => isValue(names))
    .map(([, , target = '']) =>
      target.startsWith('.')
        ? relative(SRC, normalize(join(SRC, dirname(path), `${target}.ts`)))
        : target,
    );
}

function isValue(names: string): boolean {
  if (names.startsWith('type ')) return false;
  const list = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
  if (list === undefined) return true;
  const parts = list.split(',').map((part) => part.trim());
  return parts.some((part) => part !== '' && !part.startsWith('type '));
}

describe.each(files)('%s', (path) => {
  const text = read(path);
  const floor = floorOf(path) ?? -1;
  const imports = importsOf(path, text);

  test('stands on a floor and uses nothing from above it', () => {
    const ours = imports.filter((target) => target.endsWith('.ts') && !target.startsWith('..'));
    const above = ours.filter((target) => (floorOf(target) ?? 9) > floor);
    const early = imports.filter((target) =>
      PACKAGES.some(([pattern, from]) => pattern.test(target) && from > floor),
    );

    expect(floorOf(path)).toBeDefined();
    expect([...above, ...early]).toEqual([]);
  });

  test('is short', () => {
    const lines = text.trimEnd().split('\n').length;

    expect(lines).toBeLessThanOrEqual(LINES_MAX);
    expect(lines > 200).toBe(LONG.includes(path));
  });

  test('holds nothing that is banned', () => {
    const found = BANNED.filter(
      ([, pattern, allowed]) => pattern.test(text) && !allowed.includes(path),
    );

    expect(found.map(([name]) => name)).toEqual([]);
    expect([...text.matchAll(/\bas unknown as\b/g)]).toHaveLength(CASTS[path] ?? 0);
  });

  test('writes rows only if it is one of the writers', () => {
    expect(WRITES.test(code(text))).toBe(path in WRITERS);
  });

  test('writes the status of an order, a fulfillment or an exception only with the answer of a machine', () => {
    const relevant =
      /^(order|exception|checkout|fulfillment)\//.test(path) && !path.endsWith('.machine.ts');
    const set = relevant ? statusWrites(code(text)) : [];
    const unasked = set.filter((value) => !isAnswer(value, text));

    expect(unasked.length > 0).toBe(path in STATUS_BESIDE_STEP);
  });
});

/** What is assigned to a status: `x.status = …`, a literal in a new row, or a shorthand. */
function statusWrites(text: string): string[] {
  const assigned = [...text.matchAll(/\.status = (step\(|[^;]+)/g)].map(([, value = '']) => value);
  const literal = [...text.matchAll(/\bstatus: ('[A-Z_]+'|step\()/g)].map(
    ([, value = '']) => value,
  );
  const shorthand = /Object\.assign\([^;]*[{ ]status,/.test(text) ? ['status'] : [];
  return [...assigned, ...literal, ...shorthand];
}

function isAnswer(value: string, text: string): boolean {
  return value === 'step(' || (/^\w+$/.test(value) && text.includes(`const ${value} = step(`));
}

test('every name on a list is still a file, and long or casting still', () => {
  const named = [...LONG, ...Object.keys(CASTS), ...Object.keys(WRITERS)];
  const allowed = BANNED.flatMap(([, , paths]) => paths);

  expect([...named, ...allowed].filter((path) => !files.includes(path))).toEqual([]);
  expect(Object.keys(STATUS_BESIDE_STEP).filter((path) => !files.includes(path))).toEqual([]);
});

describe('the project stands alone', () => {
  const told = [
    ...['src', 'schema', 'migrations', 'docs'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.\w+$/.test(path))
        .map((path) => `${folder}/${path}`),
    ),
    ...readdirSync(ROOT).filter((path) => path.endsWith('.md')),
  ].filter((path) => existsSync(join(ROOT, path)));

  test.each(told)('%s names no path outside of it', (path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const absolute = /(?<![\w.:/-])\/(work|tmp|home|root|usr|var|etc|opt|mnt|private|Users)\//;
    const above = [...text.matchAll(/'((?:\.\.\/)+[\w./-]+)'/g)].map(([, target = '']) =>
      normalize(join(dirname(path), target)),
    );

    expect(text.match(absolute)).toBeNull();
    expect(above.filter((target) => target.startsWith('..'))).toEqual([]);
  });
});
