import { type Command } from '../checkout/command';
import { orderOf } from '../checkout/draft.rules';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { worstPosting } from './erp-posting.rules';
import { moveOrder } from './move-order.rules';
import { type ErpPosting } from './order.entity';
import {
  NO_MONEY,
  orderMachine,
  type ErpPostingStatus,
  type PostingSubject,
} from './order.machine';

export interface RecordErpPostingInput {
  readonly orderId: string;
  readonly subject: PostingSubject;
  readonly subjectId: string;
  readonly status: ErpPostingStatus;
  readonly document?: string | null;
}

/** What needs no document. */
const SENT: ErpPostingStatus = 'PENDING';
/** Far more than an order has invoices, captures, refunds and chargebacks. */
const POSTINGS_MAX = 1_000;

/**
 * The newest state of a posting replaces the one before; the journal has each (S2.15). Only a document proves that
 * something is posted, and one that was given is kept when a later report names none.
 */
export const recordErpPosting: Command<RecordErpPostingInput> = {
  name: 'recordErpPosting',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'recordErpPosting'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  probe: (_draft, orderId) => ({
    orderId,
    subject: 'INVOICE',
    subjectId: 'probe',
    status: SENT,
  }),

  check({ subjectId, status, document }) {
    reference(subjectId, ['subjectId']);
    if (document) reference(document, ['document']);
    if (status !== 'POSTED' || document) return;
    refuse('EVIDENCE_MISSING', 'What is posted has a document.', {
      field: ['document'],
      missingEvidence: ['FINANCE_POSTING'],
    });
  },

  decide(draft, { orderId, subject, subjectId, status, document }, { now }) {
    const order = orderOf(draft, orderId);
    moveOrder(order, { trigger: 'recordErpPosting' }, NO_MONEY, now);
    const isSame = (posting: ErpPosting) =>
      posting.subject === subject && posting.subjectId === subjectId;
    const known = order.erpPostings.find(isSame);
    const kept = document ?? known?.document ?? null;
    if (known?.status === status && known.document === kept) return order.id;
    if (known === undefined && order.erpPostings.length >= POSTINGS_MAX) {
      refuse('LIMIT', `An order has at most ${POSTINGS_MAX} postings.`, { field: ['subjectId'] });
    }
    const posting = { subject, subjectId, status, document: kept, recordedAt: now.toISOString() };
    order.erpPostings = [...order.erpPostings.filter((one) => !isSame(one)), posting];
    order.erpPostingStatus = worstPosting(order.erpPostings);
    return order.id;
  },
};
