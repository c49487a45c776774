import { refusePan } from './pan';
import { refuse } from './refusal';

/** Characters of a reason or a note. */
export const MAX_REASON = 10_000;

/** Tab and line ends are text; every other control character is not. */
const CONTROL = /[^\P{Cc}\t\n\r]/u;
const LONE_SURROGATE = /\p{Cs}/u;
/** Embeddings, overrides and isolates: they make a text read otherwise than it is stored. */
const BIDI_CONTROL = /[\u202a-\u202e\u2066-\u2069]/;

/** What leaves a reader with nothing: blanks, controls, the invisible, and emoji with their parts. */
const KEYCAP = /[0-9#*]\ufe0f?\u20e3/g;
const SAYS_NOTHING =
  /[\s\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u2800]/gu;

const REFERENCE = /^[!-~]{1,191}$/;
const IDEMPOTENCY_KEY = /^[!-~]{16,128}$/;

/** The reason of a decision: something a reader can read, at most 10,000 characters. */
export function requireReason(text: string | null | undefined, field: readonly string[]): string {
  if (text == null || text.replace(KEYCAP, '').replace(SAYS_NOTHING, '') === '') {
    return refuse('REASON_REQUIRED', 'A reason in words is required.', { field });
  }
  return boundedText(text, field, MAX_REASON);
}

/** Free text of at most `max` characters (code points, as the database counts). May be empty. */
export function boundedText(text: string, field: readonly string[], max: number): string {
  if (CONTROL.test(text) || LONE_SURROGATE.test(text) || BIDI_CONTROL.test(text)) {
    refuse('GUARD_FAILED', 'Control characters, lone surrogates, bidi controls are not text.', {
      field,
    });
  }
  // No text has more code points than units, and only a text above the limit is counted.
  if (text.length > max && (text.length > 2 * max || Array.from(text).length > max)) {
    refuse('TOO_LONG', `At most ${max} characters.`, { field });
  }
  return text;
}

/**
 * An id another system gave: provider reference, order code, event id. A `shape` from the
 * configuration that matches the whole of it says that it cannot be a card number.
 */
export function reference(text: string, field: readonly string[], shape?: RegExp): string {
  if (!REFERENCE.test(text)) {
    refuse('GUARD_FAILED', 'A reference is 1 to 191 printable ASCII characters, no space.', {
      field,
    });
  }
  if (shape && text.replace(shape, '') === '') return text;
  return refusePan(text, field, 'REJECT');
}

export function idempotencyKey(
  text: string,
  field: readonly string[] = ['control', 'idempotencyKey'],
): string {
  if (!IDEMPOTENCY_KEY.test(text)) {
    refuse('IDEMPOTENCY_KEY_INVALID', 'A key is 16 to 128 printable ASCII characters, no space.', {
      field,
    });
  }
  return refusePan(text, field, 'REJECT');
}
