import { z } from 'zod';

/*
 * Kinds of setting, each made from the text of one environment variable. A kind has one message: it
 * says what is expected and never what was given, which may be a secret.
 */

const text = (expected: string, isValid: (given: string) => boolean) =>
  z.string().refine(isValid, `expected ${expected}`);

/** One line that can be printed as it is. */
export const line = (expected: string) => text(expected, isLine);

const isLine = (given: string) => /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(given) && given.trim() === given;

/** At least `min` characters; a space or line end around it is a slip of copying, so refused. */
const isSecret = (given: string, min: number) => given.length >= min && isLine(given);

export const secret = (min: number) =>
  text(min > 1 ? `a secret of at least ${min} characters` : 'a secret', (given) =>
    isSecret(given, min),
  );

/** Decimal digits only: no sign, no exponent, no leading zero. */
export const integer = (min: number, max: number) =>
  text(
    `an integer from ${min} to ${max}`,
    (given) => /^(?:0|[1-9]\d{0,14})$/.test(given) && Number(given) >= min && Number(given) <= max,
  ).transform(Number);

export const oneOf = <const T extends readonly [string, ...string[]]>(choices: T) =>
  z.enum(choices, `expected ${choices.slice(0, -1).join(', ')} or ${String(choices.at(-1))}`);

export const onOff = oneOf(['on', 'off']).transform((given) => given === 'on');

const url = (expected: string, isValid: (given: URL) => boolean) =>
  text(expected, (given) => isLine(given) && URL.canParse(given) && isValid(new URL(given)));

export const databaseUrl = url(
  'mysql://user:password@host:port/database, or the same with mariadb://',
  ({ protocol, hostname, pathname }) =>
    /^(?:mysql|mariadb):$/.test(protocol) && hostname !== '' && /^\/[^/]+$/.test(pathname),
);

/** Shown when settings are described, so it carries no password. */
export const jwksUrl = url(
  'an https:// URL without user and password (http:// too in development)',
  ({ protocol, username, password }) =>
    /^https?:$/.test(protocol) && username === '' && password === '',
);

export const host = text('a host name or an address', (given) => /^[\w.:-]+$/.test(given));

export const word = (max: number) =>
  text(
    `1 to ${max} letters, digits or any of . : _ -`,
    (given) => given.length <= max && /^[\w.:-]+$/.test(given),
  );

/** Comma-separated secrets; spaces around one do not count. */
export const secrets = (max: number) =>
  text(
    `1 to ${max} secrets, separated by a comma`,
    (given) => partsOf(given).length <= max && partsOf(given).every((part) => isSecret(part, 1)),
  ).transform(partsOf);

const partsOf = (given: string): readonly string[] => given.split(',').map((part) => part.trim());

/** Comma-separated `name=secret`, each name once; a secret may hold `=` but no comma. */
export const namedSecrets = (min: number, reserved: readonly string[]) =>
  text(
    'name=secret, separated by a comma: each name once, 2 to 32 of a-z, 0-9 and -, ' +
      `not ${reserved.join(' or ')}; each secret at least ${min} characters`,
    (given) => {
      const names = pairsOf(given).map(({ name }) => name);
      const isName = (name: string) =>
        /^[a-z][a-z0-9-]{1,31}$/.test(name) && !reserved.includes(name);
      const areSecret = pairsOf(given).every((pair) => isSecret(pair.secret, min));
      return areSecret && names.every(isName) && new Set(names).size === names.length;
    },
  ).transform(pairsOf);

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const DURATION = /^(?<name>[a-zA-Z]+)=(?<count>0|[1-9]\d{0,8})(?<unit>ms|s|m|h|d)$/;
const YEARS_TEN_MS = 3_650 * 86_400_000;

/** Comma-separated `name=duration` over the defaults, e.g. `retryWindow=24h`; a field is the name with `Ms` behind it. */
export const durations = <Limits extends Readonly<Record<string, number>>>(defaults: Limits) =>
  text(
    'name=duration, separated by a comma: a duration is a number and ms, s, m, h or d, at most ten years; names are ' +
      Object.keys(defaults)
        .map((field) => field.replace(/Ms$/, ''))
        .join(', '),
    (given) => {
      const parts = durationsOf(given);
      const names = parts.map(({ field }) => field);
      const isKnown = ({ field, ms }: Duration) => field in defaults && ms <= YEARS_TEN_MS;
      return parts.every(isKnown) && new Set(names).size === names.length;
    },
  ).transform((given): Limits => ({
    ...defaults,
    ...Object.fromEntries(durationsOf(given).map(({ field, ms }) => [field, ms])),
  }));

interface Duration {
  readonly field: string;
  readonly ms: number;
}

function durationsOf(given: string): Duration[] {
  return partsOf(given).map((part) => {
    const { name = '', count = '', unit = '' } = DURATION.exec(part)?.groups ?? {};
    return {
      field: `${name}Ms`,
      ms: count === '' ? Infinity : Number(count) * (UNITS_MS[unit] ?? Infinity),
    };
  });
}

export interface NamedSecret {
  readonly name: string;
  readonly secret: string;
}

function pairsOf(given: string): readonly NamedSecret[] {
  return partsOf(given).map((part) => {
    const [name = '', ...secret] = part.split('=');
    return { name, secret: secret.join('=') };
  });
}

export type Shape = Readonly<Record<string, { readonly kind: z.ZodType }>>;
export type Values<S extends Shape> = { readonly [N in keyof S]?: z.output<S[N]['kind']> };

/** Reads every variable of `shape` that is given, and goes on after a problem. */
export function readSettings<S extends Shape>(shape: S, env: NodeJS.ProcessEnv) {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, { kind }] of Object.entries(shape)) {
    if (env[name] === undefined) continue;
    const read = kind.safeParse(env[name]);
    if (read.success) values[name] = read.data;
    else problems.push(`${name}: ${read.error.issues[0]?.message ?? 'expected another value'}`);
  }
  return { values: values as Values<S>, problems };
}

/** Problems of variables that begin like ours and are not: a misspelt setting is not a setting. */
export function unknownNames(shape: Shape, env: NodeJS.ProcessEnv, prefix: string): string[] {
  const known = Object.keys(shape);
  const isUnknown = (name: string) => name.startsWith(prefix) && !known.includes(name);
  return Object.keys(env)
    .filter((name) => isUnknown(name) && env[name] !== undefined)
    .sort()
    .map((name) => `${printable(name)}: unknown, the nearest known is ${nearest(name, known)}`);
}

const printable = (name: string) => name.replace(/[^\w.-]/g, '?');

/** A value as one line; of a secret only whether it is set. */
export function shown(value: unknown, isHidden: boolean): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'not set';
  if (isHidden) return 'set';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The known name that differs from `name` in the fewest letters (Levenshtein); the first of equals. */
function nearest(name: string, known: readonly string[]): string {
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(name, candidate) }));
  return ranked.sort((a, b) => a.distance - b.distance)[0]?.candidate ?? name;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Freezes a plain value and all it holds, so that `readonly` is true at run time as well. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
