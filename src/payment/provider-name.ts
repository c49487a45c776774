import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { reference } from '../kernel/text';

const PROVIDER = /^[a-z][a-z0-9-]{1,31}$/;

/** Provider names are lower case, 2 to 32 characters; references are visible ASCII. */
export function checkProvider(
  { provider, providerReference }: { provider: string; providerReference?: string | null },
  path: readonly string[] = [],
): void {
  if (!PROVIDER.test(provider)) {
    refuse('GUARD_FAILED', 'A provider name has 2 to 32 lower-case letters, digits or dashes.', {
      field: [...path, 'provider'],
    });
  }
  if (providerReference) reference(providerReference, [...path, 'providerReference']);
}

/** A payment method is a word of ours or the provider's, e.g. `card`. */
export function checkMethod(method: string | null | undefined): void {
  if (method === null || method === undefined) return;
  if (!/^[\w.-]{1,64}$/.test(method)) {
    refuse('GUARD_FAILED', 'A method is 1 to 64 letters, digits, dots, dashes or underscores.', {
      field: ['method'],
    });
  }
  refusePan(method, ['method'], 'REJECT');
}
