import { type ExceptionKind, type ExceptionKindRules } from './exception-kind.rules';
import { authorizedOrderNotCreated } from './kinds/authorized-order-not-created.rules';
import { capturedOrderCreationFailed } from './kinds/captured-order-creation-failed.rules';
import { indeterminateResult } from './kinds/indeterminate-result.rules';

/** Every kind of exception there is. */
export const catalogue: readonly ExceptionKindRules[] = [
  authorizedOrderNotCreated,
  capturedOrderCreationFailed,
  indeterminateResult,
];

export function rulesOf(kind: ExceptionKind): ExceptionKindRules {
  const rules = catalogue.find((one) => one.kind === kind);
  if (rules === undefined) throw new Error(`no rules for ${kind}`);
  return rules;
}
