import { type Draft, type Rows } from '../checkout/draft.rules';
import { sha256Hex } from '../kernel/canonical';

/** A row that changed, was made or went away: what it was and what it is, changed fields only. */
export interface RowChange {
  readonly table: keyof Rows | 'checkout';
  readonly subjectType: string;
  readonly subjectId: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** Tables in the order a reader wants to be told of them. Personal texts are not among them: journals live long. */
const SUBJECTS: readonly (readonly [keyof Rows, string])[] = [
  ['deliveries', 'WebhookDelivery'],
  ['facts', 'PaymentFact'],
  ['transactions', 'PaymentTransaction'],
  ['payments', 'Payment'],
  ['orders', 'Order'],
  ['fulfillments', 'Fulfillment'],
  ['interactions', 'OrderInteraction'],
  ['exceptions', 'ReconciliationException'],
  ['evidence', 'Evidence'],
  ['closureNotes', 'ClosureNote'],
];

/** Bookkeeping that says nothing of the world. */
const NOT_JOURNALED: ReadonlySet<string> = new Set([
  'version',
  'createdAt',
  'updatedAt',
  'journalSequence',
  'journalHash',
  'nextCheckAt',
  'leasedUntil',
  'payload',
  'headers',
  'query',
  'attempts',
  'nextAttemptAt',
]);

/** Words about or by people: the journal shows that they changed, by their hash, and outlives an erasure of them. */
const HASHED: ReadonlySet<string> = new Set([
  'customerId',
  'creationFailureReason',
  'decisionReason',
  'rawMessage',
  'ownerPerson',
  'holdDecider',
  'rootCause',
  'preventionAction',
  'customerOutcome',
  'orderOutcome',
  'settlementOutcome',
]);

/** Everything a write changed. The journal is made of it, so that nothing can change unjournaled. */
export function changesBetween(before: Draft | null, after: Draft): RowChange[] {
  const root = changeOf(before?.checkout, after.checkout, ['checkout', 'Checkout']);
  const children = SUBJECTS.flatMap(([table, subjectType]) => {
    const old = new Map((before?.[table] ?? []).map((row): [string, Row] => [row.id, { ...row }]));
    const now = after[table].map((row): Row => ({ ...row }));
    const present = new Set(now.map(({ id }) => id));
    const gone = [...old.values()].filter(({ id }) => !present.has(id));
    return [
      ...now.map((row) => changeOf(old.get(row.id), row, [table, subjectType])),
      ...gone.map((row) => changeOf(row, undefined, [table, subjectType])),
    ];
  });
  return [root, ...children].filter((change) => change !== null);
}

function changeOf(
  before: object | undefined,
  after: object | undefined,
  [table, subjectType]: readonly [RowChange['table'], string],
): RowChange | null {
  const old: Record<string, unknown> = { ...before };
  const now: Record<string, unknown> = { ...after };
  const changed = Object.keys(after === undefined ? old : now).filter(
    (field) => !NOT_JOURNALED.has(field) && !sameValue(old[field] ?? null, now[field] ?? null),
  );
  if (changed.length === 0) return null;
  const pick = (row: Record<string, unknown>) =>
    Object.fromEntries(changed.map((field) => [field, journaled(field, row[field] ?? null)]));
  return {
    table,
    subjectType,
    subjectId: String(old['id'] ?? now['id']),
    before: before === undefined ? null : pick(old),
    after: after === undefined ? null : pick(now),
  };
}

function journaled(field: string, value: unknown): unknown {
  return HASHED.has(field) && typeof value === 'string' ? `sha256:${sha256Hex(value)}` : value;
}

/** Values of rows: text, number, bigint, boolean, Date, null, and lists of text. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (typeof a === 'object' && typeof b === 'object')
    return JSON.stringify(a) === JSON.stringify(b);
  return a === b;
}
