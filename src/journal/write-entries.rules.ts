import { type Draft, type Intent } from '../checkout/draft.rules';
import { type IdPrefix } from '../kernel/id';
import { canonicalJson } from '../kernel/canonical';
import { entryHash } from './chain.rules';
import { type RowChange } from './diff.rules';
import { type JournalEntry } from './journal-entry.entity';

/** A reason as the journal keeps it: where its text is, and its SHA-256. */
export interface Reason {
  readonly reasonId: string;
  readonly reasonHash: string;
}

const NO_REASON = { reasonId: null, reasonHash: null } as const;

/** What a write tells the journal beside the rows it changed. */
export interface Story {
  /** Mutation, timer or applier. */
  readonly action: string;
  readonly actor: string;
  readonly now: Date;
  /** By the id of what changed. */
  readonly reasons: ReadonlyMap<string, Reason>;
  readonly intents: readonly Intent[];
  readonly adoptions: readonly { readonly checkoutId: string; readonly lastHash: string }[];
  readonly newId: (prefix: IdPrefix) => string;
}

type Content = Pick<
  JournalEntry,
  'kind' | 'action' | 'subjectType' | 'subjectId' | 'reasonId' | 'reasonHash' | 'before' | 'after'
>;

/** Appends a write's entries to the checkout's chain: moves its sequence and hash, answers the new entries. */
export function writeEntries(
  checkout: Draft['checkout'],
  changes: readonly RowChange[],
  story: Story,
): JournalEntry[] {
  const contents: Content[] = [
    ...story.adoptions.map(adoption),
    ...changes.map((change) => contentOf(change, story)),
    ...story.intents.map(intent),
  ];
  return contents.map((content) => {
    const unhashed = {
      checkoutId: checkout.id,
      sequence: checkout.journalSequence + 1,
      ...content,
      actor: story.actor,
      recordedAt: story.now,
      previousHash: checkout.journalHash,
    };
    const hash = entryHash(unhashed);
    checkout.journalSequence = unhashed.sequence;
    checkout.journalHash = hash;
    return { id: story.newId('jrn'), ...unhashed, hash };
  });
}

function contentOf(change: RowChange, { action, reasons }: Story): Content {
  const { subjectType, subjectId, before, after } = change;
  return {
    kind: 'CHANGE',
    action,
    subjectType,
    subjectId,
    ...(reasons.get(subjectId) ?? NO_REASON),
    before: before === null ? null : plain(before),
    after: after === null ? null : plain(after),
  };
}

function intent({ action, subjectType, subjectId, details }: Intent): Content {
  return {
    kind: 'INTENT',
    action,
    subjectType,
    subjectId,
    ...NO_REASON,
    before: null,
    after: plain(details),
  };
}

/** Both chains name each other, so that the history of an orphan is found from either end. */
function adoption({ checkoutId, lastHash }: Story['adoptions'][number]): Content {
  return {
    kind: 'ADOPTION',
    action: 'adopt',
    subjectType: 'Checkout',
    subjectId: checkoutId,
    ...NO_REASON,
    before: null,
    after: { checkoutId, lastHash },
  };
}

/** As it will be read back: text for amounts and times. What is hashed must be what is stored. */
function plain(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(canonicalJson(value)) as Record<string, unknown>;
}
