import { type Client } from './client';
import { type Names, type Play } from './play';

/** What was seen of a signal, and why it does not pass. */
export interface Judged {
  readonly seen: string;
  readonly problems: readonly string[];
}

/** What the dashboard shows of one channel. */
interface Dashboard {
  readonly summary: Readonly<Record<string, unknown>>;
  readonly list: {
    readonly nodes: readonly {
      readonly id: string;
      readonly kind: string;
      readonly status: string;
      readonly deadline: string | null;
    }[];
  };
}

export interface Found {
  readonly before: Dashboard;
  readonly after: Dashboard;
}

const FIGURES = [
  'customersCharged',
  'awaitingRepair',
  'refunded',
  'chargedWithoutDecision',
  'watching',
  'open',
];

/** The figures that moved are those of the play, and the list holds its exception, open and due. */
export function signalProblems({ kind, signal }: Play, { before, after }: Found): Judged {
  const problems: string[] = [];
  const moved: string[] = [];
  for (const name of FIGURES) {
    const [from, to] = [Number(before.summary[name]), Number(after.summary[name])];
    if (from !== to) moved.push(`${name} ${from} → ${to}`);
    const expected = signal[name] ?? 0;
    if (to - from !== expected) problems.push(`${name} moved by ${to - from}, not ${expected}`);
  }
  const [first, ...others] = after.list.nodes;
  if (first?.kind !== kind)
    problems.push(`the list shows ${first?.kind ?? 'nothing'}, not ${kind}`);
  if (first?.status !== 'OPEN') problems.push(`it is ${first?.status ?? 'not there'}, not OPEN`);
  if (first?.deadline === null) problems.push('it has no deadline');
  if (others.length > 0) problems.push(`${others.length} more exceptions are listed`);
  return { seen: `${first?.kind ?? ''} ${first?.status ?? ''}; ${moved.join(', ')}`, problems };
}

interface Owned {
  readonly status: string;
  readonly owner: {
    readonly role: string;
    readonly person: string | null;
    readonly contributing: readonly string[];
  };
}

/** One accountable role, one person, and the roles of the other clocks beside them (S2.3, S2.31). */
export function ownerProblems(
  wanted: { readonly role: string; readonly person: string },
  { status, owner }: Owned,
): Judged {
  const problems: string[] = [];
  if (status !== 'ASSIGNED') problems.push(`it is ${status}, not ASSIGNED`);
  if (owner.role !== wanted.role) problems.push(`${owner.role} owns it, not ${wanted.role}`);
  if (owner.person !== wanted.person) problems.push('the person is not the one named');
  if (owner.contributing.length === 0) problems.push('no other clock contributes');
  const seen = `${owner.role}, ${owner.person ?? 'nobody'}, with ${owner.contributing.join(', ')}`;
  return { seen, problems };
}

const CLOSED = `query Closed($id: ID!, $channel: String!) {
  exception: reconciliationException(id: $id) {
    status customerMessage evidence { kind } missingEvidence(for: CLOSURE)
    closureNote { providerReference orderCode settlementBatch refundOrInvoiceReference rootCause
      preventionAction customerOutcome orderOutcome settlementOutcome closedBy } }
  summary: reconciliationSummary(filter: { channel: { eq: $channel } }) { open customersCharged } }`;

interface Closed {
  readonly exception: {
    readonly status: string;
    readonly customerMessage: string | null;
    readonly evidence: readonly { readonly kind: string }[];
    readonly missingEvidence: readonly string[];
    readonly closureNote: Readonly<Record<string, string>> | null;
  } | null;
  readonly summary: { readonly open: number; readonly customersCharged: number };
}

/** CLOSED with the note that was written, nothing missing, gone from the dashboard, journal intact. */
export async function closureProblems(
  client: Client,
  played: { readonly play: Play; readonly names: Names; readonly note: Record<string, string> },
): Promise<Judged> {
  const { exceptionId: id, channel } = played.names;
  const { exception, summary } = await client.query<Closed>('FINANCE', CLOSED, { id, channel });
  if (exception === null) return { seen: '', problems: ['the exception is not there'] };
  const { status, closureNote, missingEvidence } = exception;
  const problems: string[] = [];
  if (status !== 'CLOSED') problems.push(`it is ${status}, not CLOSED`);
  for (const [field, text] of Object.entries(played.note)) {
    if (closureNote?.[field] !== text) problems.push(`the note's ${field} is not the one written`);
  }
  if (missingEvidence.length > 0) problems.push(`missing: ${missingEvidence.join(', ')}`);
  if (exception.customerMessage !== played.play.message) problems.push('the message is not there');
  if (summary.open !== 0 || summary.customersCharged !== 0) problems.push('still on the dashboard');
  const journal = await journalOf(client, id);
  problems.push(...journal.problems);
  const kinds = exception.evidence.map(({ kind }) => kind).join(', ');
  return {
    seen: `note by ${closureNote?.['closedBy'] ?? 'nobody'}; ${kinds}; ${journal.seen}`,
    problems,
  };
}

const VERIFY = `query Verify($id: ID!, $after: String) {
  verifyJournal(subject: $id, after: $after) { valid checked endCursor firstBad { reason } } }`;

interface Verified {
  readonly verifyJournal: {
    readonly valid: boolean;
    readonly checked: number;
    readonly endCursor: string | null;
    readonly firstBad: { readonly reason: string } | null;
  };
}

async function journalOf(client: Client, id: string): Promise<Judged> {
  let checked = 0;
  for (let after: string | null = null; ;) {
    const { verifyJournal: page }: Verified = await client.query('FINANCE', VERIFY, { id, after });
    checked += page.checked;
    if (!page.valid) {
      return {
        seen: 'journal NOT valid',
        problems: [page.firstBad?.reason ?? 'journal not valid'],
      };
    }
    if (page.endCursor === null) break;
    after = page.endCursor;
  }
  const problems = checked === 0 ? ['the journal of its checkout is empty'] : [];
  return { seen: `journal of ${checked} entries valid`, problems };
}
