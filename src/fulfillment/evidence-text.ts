import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { boundedText } from '../kernel/text';

const LENGTH_MAX = 191;
const FIELD = ['evidenceReference'];

/** Where an outcome was looked up: an operator's own words, not blank. */
export function checkEvidenceReference(text: string): void {
  boundedText(text, FIELD, LENGTH_MAX);
  refusePan(text, FIELD, 'REJECT');
  if (text.trim() !== '') return;
  refuse('EVIDENCE_MISSING', 'evidenceReference says where it was looked up.', { field: FIELD });
}
