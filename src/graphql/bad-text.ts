/**
 * Text that would not survive storage or would lie to a reader: control characters (tab and line
 * ends are text), lone surrogates (UTF-8 turns them into U+FFFD), overrides of writing direction.
 */
const BAD_TEXT =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\p{Cs}]/u;

export function isBadText(text: string): boolean {
  return BAD_TEXT.test(text);
}

export interface BadInput {
  readonly reason: 'BAD_STRING' | 'TOO_DEEP';
  /** Path to it, e.g. `['input', 'note']`; a bad key is named by the object that holds it. */
  readonly field: readonly string[];
}

/** The first bad text in the variables as they came, or where they nest deeper than allowed. */
export function findBadInput(value: unknown, depthMax: number): BadInput | null {
  return search(value, [], depthMax);
}

function search(value: unknown, field: readonly string[], levelsLeft: number): BadInput | null {
  if (typeof value === 'string') return isBadText(value) ? { reason: 'BAD_STRING', field } : null;
  if (typeof value !== 'object' || value === null) return null;
  if (levelsLeft === 0) return { reason: 'TOO_DEEP', field: field.slice(0, 3) };
  for (const [key, inner] of Object.entries(value)) {
    if (isBadText(key)) return { reason: 'BAD_STRING', field };
    const bad = search(inner, [...field, key], levelsLeft - 1);
    if (bad !== null) return bad;
  }
  return null;
}
