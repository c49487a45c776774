import { writeEntries } from '../journal/write-entries.rules';
import { newId } from '../kernel/id';
import { type JournalEntry } from '../journal/journal-entry.entity';
import { noRows, TABLE_NAMES, type Draft, type Rows } from './draft.rules';

/** An orphan: money that came before anybody announced its cart. */
export function isOrphan({ checkout }: Draft): boolean {
  return checkout.guid === null && checkout.adoptedInto === null;
}

/** Moves an orphan's rows under the checkout that turned out to be theirs; ids stay, exceptions follow. */
export function adopt(draft: Draft, orphan: Draft): Draft {
  const taken = { ...orphan, ...noRows() };
  const rows: Record<string, unknown> = {};
  for (const table of TABLE_NAMES) {
    const moved = orphan[table].map((row) => ({ ...row, checkoutId: draft.checkout.id }));
    rows[table] = [...draft[table], ...moved];
  }
  Object.assign(draft, rows satisfies Partial<Record<keyof Rows, unknown>>);
  return taken;
}

/** The emptied orphan stays as a tombstone that names its new home, in its own chain too. */
export function bury(
  orphan: Draft,
  into: Draft['checkout'],
  story: { readonly action: string; readonly actor: string; readonly now: Date },
): { readonly checkout: Draft['checkout']; readonly journal: readonly JournalEntry[] } {
  const checkout = {
    ...orphan.checkout,
    adoptedInto: into.id,
    retryReasons: [],
    retryMode: 'RUNNING' as const,
    nextCheckAt: null,
    leasedUntil: null,
    version: orphan.checkout.version + 1,
    updatedAt: story.now,
  };
  const journal = writeEntries(checkout, [], {
    ...story,
    reasons: new Map(),
    intents: [],
    adoptions: [{ checkoutId: into.id, lastHash: into.journalHash }],
    newId: (prefix) => newId(prefix, story.now),
  });
  return { checkout, journal };
}
