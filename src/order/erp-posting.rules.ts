import { type ErpPosting } from './order.entity';
import { type ErpPostingStatus } from './order.machine';

/**
 * From the worst: refused by the ERP, taken back, never sent, on its way, in the books. So what somebody has to act on
 * stands before what will settle by itself.
 */
const FROM_WORST: readonly ErpPostingStatus[] = [
  'FAILED',
  'REVERSED',
  'NOT_POSTED',
  'PENDING',
  'POSTED',
];

/** The worst of an order's postings (S2.15); nothing is posted while there is none. */
export function worstPosting(postings: readonly ErpPosting[]): ErpPostingStatus {
  return (
    FROM_WORST.find((status) => postings.some((posting) => posting.status === status)) ??
    'NOT_POSTED'
  );
}
