import { commands } from '../checkout/commands';
import { ROLES, type Role } from '../kernel/actor';

/** Who may read a field, or call a mutation. */
export type Rule = readonly Role[];

const STAFF: Rule = [
  'COMMERCE',
  'PAYMENT',
  'OMS',
  'FINANCE',
  'SUPPORT',
  'ENGINEERING',
  'ADMIN',
  'APPROVER',
  'AUDITOR',
  'SYSTEM',
];
/** Everybody signed in: what stands below a field that has a rule of its own. */
const SIGNED_IN: Rule = ROLES;
const READERS: Rule = [...STAFF, 'STOREFRONT', 'REPORTING'];
const REPORTS: Rule = [...STAFF, 'REPORTING'];
const AUDIT: Rule = ['AUDITOR', 'FINANCE', 'ADMIN'];

interface TypeRules {
  readonly all: Rule;
  readonly fields?: Readonly<Record<string, Rule>>;
}

/** Mutations that have a form for many rows (api.md "Writes"): the same people may use it. */
export const BULK_FORMS: Readonly<Record<string, string>> = {
  triageException: 'triageExceptions',
  assignException: 'assignExceptions',
  recordTransactionResult: 'recordTransactionResults',
  recordOmsStatus: 'recordOmsStatuses',
  recordErpPosting: 'recordErpPostings',
};

/** Free text about people is for those who work on the case: not for reports, not for the shop. */
const FREE_TEXT = { all: STAFF } satisfies TypeRules;

/**
 * The one table of who may see what (api.md "Who may"): every type, and every field that differs from its type.
 * A type without a row fails the build. Rows an actor may not see are absent, see order/visibility.rules.ts.
 */
const TYPES: Readonly<Record<string, TypeRules>> = {
  Query: {
    all: REPORTS,
    fields: {
      viewer: SIGNED_IN,
      stateMachine: READERS,
      exceptionCatalogue: READERS,
      order: [...READERS, 'CUSTOMER'],
      payment: READERS,
      fulfillment: READERS,
      reconciliationException: READERS,
      webhookDeliveries: STAFF,
      journal: STAFF,
      verifyJournal: AUDIT,
      _entities: SIGNED_IN,
      _service: SIGNED_IN,
    },
  },
  Mutation: {
    all: [],
    fields: Object.fromEntries(
      commands.flatMap(({ name, roles }) =>
        [name, BULK_FORMS[name]].flatMap((field) => (field === undefined ? [] : [[field, roles]])),
      ),
    ),
  },
  Order: {
    all: READERS,
    fields: {
      id: SIGNED_IN,
      code: SIGNED_IN,
      customerView: [...READERS, 'CUSTOMER'],
      creationFailureReason: STAFF,
      journal: STAFF,
    },
  },
  Payment: { all: READERS, fields: { webhookDeliveries: STAFF, journal: STAFF } },
  PaymentTransaction: { all: READERS, fields: { events: STAFF } },
  Fulfillment: { all: READERS, fields: { journal: STAFF } },
  ReconciliationException: {
    all: READERS,
    fields: { evidence: STAFF, customerMessage: STAFF, journal: STAFF, decision: STAFF },
  },
  ReconOwner: { all: READERS, fields: { person: STAFF } },
  ReconHold: { all: READERS, fields: { decider: STAFF, preservedIdentifiers: STAFF } },
  Customer: { all: READERS },
  ReconEvidence: FREE_TEXT,
  ReconDecisionRecord: FREE_TEXT,
  ReconPaymentFact: FREE_TEXT,
  ReconOrderInteraction: {
    all: READERS,
    fields: { message: STAFF, code: STAFF, recordedBy: STAFF },
  },
  ReconClosureNote: {
    all: REPORTS,
    fields: {
      rootCause: STAFF,
      preventionAction: STAFF,
      customerOutcome: STAFF,
      orderOutcome: STAFF,
      settlementOutcome: STAFF,
    },
  },
};

/** Types that stand only below guarded fields. */
const VALUE_TYPES: readonly RegExp[] = [
  /^Money$|^PageInfo$|^_Service$/,
  /^Recon(MoneyTotal|UserError|Transition|TransitionBlocker|StateMachine|StateMachineEdge|StateMachineIdle|Viewer)$/,
  /^Recon(OrderPaymentStatus|CustomerView|PaymentAmounts|Triage|DecisionOption)$/,
  /^Recon(ExceptionCatalogueEntry|ReconciliationSummary|RetryModeCounts)$/,
  /^Recon(WebhookDelivery|JournalEntry|JournalVerification|JournalFault)$/,
  /^Recon\w+(Connection|Edge)$/,
  /^Recon(Invoice|ErpPosting|RefundGrant|NotificationHop|Disbursement|BackEndRow)$/,
  /^Recon(FulfillmentItem|FulfillmentPayment)$/,
  /^\w+Payload$/,
];

/** The rule of a field; throws where the table has none, so that it cannot be forgotten. */
export function ruleOf(type: string, field: string): Rule {
  const rules = TYPES[type];
  if (rules !== undefined) {
    const rule = rules.fields?.[field] ?? rules.all;
    if (rule.length > 0) return rule;
  }
  if (rules === undefined && VALUE_TYPES.some((pattern) => pattern.test(type))) return SIGNED_IN;
  throw new Error(`No rule says who may use ${type}.${field}.`);
}

/** Everybody may, once signed in: nothing is left to check at the field. */
export function isForEverybody(rule: Rule): boolean {
  return rule.length === ROLES.length;
}
