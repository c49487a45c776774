import { catalogue, rulesOf } from '../exception/catalogue.rules';
import {
  type DetectionSettings,
  type ExceptionKindRules,
  type Finding,
} from '../exception/exception-kind.rules';
import { type ReconciliationException } from '../exception/exception.entity';
import { exceptionMachine, isLive, NO_FACTS } from '../exception/exception.machine';
import { triageFromFacts } from '../exception/triage.rules';
import { deadlineAt, NO_DEADLINE } from '../exception/window.rules';
import { type Calendar } from '../kernel/calendar';
import { canonicalJson, sha256Hex } from '../kernel/canonical';
import { noLater } from '../kernel/foreign-time';
import { step } from '../kernel/state-machine';
import { mainOrder, type Draft, type Tools } from './draft.rules';
import { intendToAskProvider } from './ask-provider.rules';

export interface DetectSettings extends DetectionSettings {
  readonly calendar: Calendar;
}

/**
 * Makes the live exceptions exactly those the facts call for: opens, touches, re-opens, resolves. It runs in every
 * write, so a contradiction commits together with its exception or not at all (design.md).
 */
export function detect(draft: Draft, tools: Tools, settings: DetectSettings): void {
  const found = new Map<ExceptionKindRules, readonly Finding[]>();
  for (const rules of catalogue) found.set(rules, rules.find(draft, settings, tools.now));
  for (const [rules, findings] of found) {
    const yielded = (finding: Finding) =>
      rules.yieldsTo.some((kind) =>
        found.get(rulesOf(kind))?.some((other) => absorbs(other, finding)),
      );
    const standing = findings.filter((finding) => !yielded(finding));
    for (const finding of standing) sight(draft, { rules, finding }, tools);
    const gone = draft.exceptions.filter(
      (row) =>
        row.kind === rules.kind && !standing.some(({ subjectId }) => subjectId === row.subjectId),
    );
    for (const row of gone) {
      if (isLive(row)) cure(draft, row, { rules, now: tools.now });
      else if (row.closedCause !== null) row.closedCause = NOTHING_FOUND;
    }
  }
  for (const row of draft.exceptions.filter(isLive)) refresh(draft, row, tools, settings);
}

const absorbs = ({ subjectId }: Finding, finding: Finding): boolean =>
  subjectId === finding.subjectId || finding.within?.includes(subjectId) === true;

/** The facts are gone: whatever is found from here on is a new cause, were it the same money again. */
const NOTHING_FOUND = 'NOTHING_FOUND';

/** The predicate is true: a new exception, a live one touched, or a closed one re-opened by a new cause. */
function sight(
  draft: Draft,
  { rules, finding }: { rules: ExceptionKindRules; finding: Finding },
  tools: Tools,
): void {
  const cause = sha256Hex(canonicalJson(finding.cause));
  const known = draft.exceptions.find(
    ({ kind, subjectId }) => kind === rules.kind && subjectId === finding.subjectId,
  );
  if (known === undefined) {
    const exception = opened(draft, { rules, finding, cause }, tools);
    draft.exceptions.push(exception);
    draft.newKeys.push({ kind: 'ID', value: exception.id });
    return;
  }
  if (!isLive(known)) {
    if (known.closedCause === cause) return; // Closed over these facts: unchanged facts never re-open.
    reopen(draft, known, tools);
  } else if (known.status === 'AWAITING_CLOSURE' && known.cause !== cause) {
    reopen(draft, known, tools); // What was acted on is another matter than what has come since.
  }
  Object.assign(known, {
    cause,
    orderId: finding.orderId,
    paymentId: finding.paymentId,
    amountMinor: finding.amountMinor,
    currency: finding.currency,
    moneyAt: finding.moneyAt,
    dueAt: noLater(new Date(known.firstKnownAt.getTime() + finding.graceMs)),
  });
}

function opened(
  draft: Draft,
  { rules, finding, cause }: { rules: ExceptionKindRules; finding: Finding; cause: string },
  { now, newId }: Tools,
): ReconciliationException {
  const to = finding.graceMs > 0 ? 'WATCHING' : 'OPEN';
  const [owner] = rules.owners;
  if (owner === undefined) throw new Error(`${rules.kind} has no owner`);
  return {
    id: newId('exc'),
    checkoutId: draft.checkout.id,
    kind: rules.kind,
    subjectType: finding.subjectType ?? rules.subjectType,
    subjectId: finding.subjectId,
    orderId: finding.orderId,
    paymentId: finding.paymentId,
    cause,
    closedCause: null,
    status: step(exceptionMachine, { trigger: 'detected', from: null, to }, NO_FACTS),
    occurrence: 1,
    ownerRole: owner,
    ownerPerson: null,
    contributing: [...rules.owners.slice(1), ...rules.contributing],
    ownerGroup: rules.group,
    impact: [...rules.impact],
    amountMinor: finding.amountMinor,
    currency: finding.currency,
    market: draft.checkout.market,
    channel: draft.checkout.channel,
    moneyAt: finding.moneyAt,
    firstKnownAt: now,
    dueAt: noLater(new Date(now.getTime() + finding.graceMs)),
    openedAt: to === 'OPEN' ? now : null,
    ...UNDECIDED,
    ...(to === 'OPEN' ? triageFromFacts(draft, finding.paymentId, finding.orderId) : UNTRIAGED),
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

const UNTRIAGED = { customerCharged: null, orderFulfillable: null, triageClass: null } as const;

/** An exception nobody has worked on; a re-opened one starts here again, its history is in the journal. */
const UNDECIDED = {
  deadlineAt: NO_DEADLINE,
  decision: null,
  decisionReason: null,
  deadlineClass: null,
  repairAction: null,
  originalIdempotencyKey: null,
  refundReason: null,
  decidedBy: null,
  decidedAt: null,
  holdDecider: null,
  holdDecideBy: null,
  preservedIdentifiers: [] as string[],
  actionStartedAt: null,
  actionReference: null,
  customerMessageId: null,
  closedAt: null,
  providerAsked: 0,
};

function reopen(draft: Draft, row: ReconciliationException, { now }: Tools): void {
  const status = step(exceptionMachine, { trigger: 'new cause', from: row.status }, NO_FACTS);
  Object.assign(row, UNDECIDED, triageFromFacts(draft, row.paymentId, row.orderId), {
    status,
    occurrence: row.occurrence + 1,
    firstKnownAt: now,
    openedAt: now,
    ownerPerson: null,
  });
}

/** The predicate is false: cured in time, or somebody still has to say how it ended. */
function cure(
  draft: Draft,
  row: ReconciliationException,
  { rules, now }: { rules: ExceptionKindRules; now: Date },
): void {
  row.cause = NOTHING_FOUND;
  if (row.status === 'AWAITING_CLOSURE' || (rules.neverResolves && row.status !== 'WATCHING'))
    return;
  const untouched = row.decision === null && row.actionStartedAt === null;
  const inTime = row.status === 'WATCHING' || rules.resolvesItself(draft, row, now);
  const to = untouched && inTime ? 'AUTO_RESOLVED' : 'AWAITING_CLOSURE';
  row.status = step(exceptionMachine, { trigger: 'cured', from: row.status, to }, NO_FACTS);
  if (to === 'AUTO_RESOLVED') row.closedAt = now;
}

/** What follows from time and from the rest of the checkout. */
function refresh(
  draft: Draft,
  row: ReconciliationException,
  tools: Tools,
  { calendar }: DetectSettings,
): void {
  const { now } = tools;
  if (row.status === 'WATCHING' && row.dueAt <= now) {
    row.status = step(exceptionMachine, { trigger: 'grace over', from: row.status }, NO_FACTS);
    Object.assign(row, triageFromFacts(draft, row.paymentId, row.orderId), { openedAt: now });
  }
  row.orderId ??= mainOrder(draft)?.id ?? null;
  row.market = draft.checkout.market;
  row.channel = draft.checkout.channel;
  const decided = row.status === 'AWAITING_CLOSURE' || row.status === 'WATCHING';
  const held = row.status === 'ON_HOLD' ? row.holdDecideBy : null;
  const rules = rulesOf(row.kind);
  const own = rules.deadlineOf?.(draft, row) ?? null;
  row.deadlineAt = decided ? NO_DEADLINE : (held ?? own ?? deadlineAt(row.moneyAt, now, calendar));
  if (rules.asksProvider) intendToAskProvider(draft, row, tools);
}
