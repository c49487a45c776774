import { GraphQLError, Kind } from 'graphql';

/**
 * What graphql-js says of a refused document or variable, without the value it refuses: that
 * may be a card number. Names of types, fields and arguments stay.
 */
export function withoutLiteral(message: string): string {
  return message
    .replace(/, found [\s\S]*$/, '.')
    .replace(/(cannot represent [^:]*?)( value)?: [\s\S]*$/, '$1 value.')
    .replace(/^Value "[\s\S]*" does not exist in/, 'The value does not exist in');
}

/** The token that does not parse may be a value too; its kind is enough. */
export function withoutLexeme(message: string): string {
  return message
    .replace(/\b(String|BlockString|Int|Float|Name) "[\s\S]*"/, '$1')
    .replace(/ but got: [\s\S]*$/, '.');
}

export interface VariableRefusal {
  readonly message: string;
  /** Variable and path inside it: `['input', 'lines', '2', 'amount']`. */
  readonly field: readonly string[];
}

/** Null when the error is not about a variable. */
export function refusedVariable(error: GraphQLError): VariableRefusal | null {
  const definition = error.nodes?.[0];
  if (definition?.kind !== Kind.VARIABLE_DEFINITION) return null;
  const name = definition.variable.name.value;
  const inner = error.originalError;
  const path = inner ? pathIn(error.message, inner.message) : '';
  const field = [name, ...(path.match(/\w+/g) ?? []).slice(1)];
  const place = `Variable "$${name}"${path === '' ? '' : ` at "${path}"`}`;
  return { message: `${place} is refused: ${expectation(error, inner)}`, field };
}

/** `… got invalid value <anything> at "input.amount"; <inner>` → `input.amount`. */
function pathIn(message: string, innerMessage: string): string {
  if (!message.endsWith(`; ${innerMessage}`)) return '';
  const head = message.slice(0, -innerMessage.length - 2);
  return / at "([\w.[\]]+)"$/.exec(head)?.[1] ?? '';
}

const EXPECTED_TYPE = [
  /^Expected (?:non-nullable )?type "([\w![\]]+)"/,
  /of (?:required|non-null) type "([\w![\]]+)" (?:was not provided|must not be null)\.$/,
  /does not exist in "(\w+)" enum\./,
  /^Enum "(\w+)" cannot represent/,
  /^(\w+) cannot represent/,
];
const UNKNOWN_FIELD = /^Field "[\s\S]*" is not defined by type "(\w+)"\.$/;

/** Our own scalars say what they expect and carry a reason; graphql-js's sentences are rewritten. */
function expectation(error: GraphQLError, inner: Error | undefined): string {
  const told = withoutSuggestion(inner?.message ?? error.message);
  if (inner instanceof GraphQLError && 'reason' in inner.extensions) return told;
  const unknown = UNKNOWN_FIELD.exec(told)?.[1];
  if (unknown !== undefined) return `it has a field that type "${unknown}" does not define.`;
  const missing = /^Field "(\w+)" of required type/.exec(told)?.[1];
  for (const pattern of EXPECTED_TYPE) {
    const type = pattern.exec(told)?.[1];
    if (type === undefined) continue;
    return missing ? `field "${missing}" of type "${type}" is missing.` : `expected "${type}".`;
  }
  return 'it is not of the expected type.';
}

function withoutSuggestion(message: string): string {
  return message.replace(/ Did you mean [\s\S]*$/, '');
}
