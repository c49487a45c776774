import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type ValidationContext,
  visit,
} from 'graphql';
import { measureOperations } from './document-size';
import { type ErrorCode } from './format-error';
import { isBadText } from './bad-text';

/** The limits of one document. Values fit our widest screens and a router's own queries twice. */
export const LIMITS = {
  /** Tokens, before anything else is looked at. */
  tokens: 2000,
  /** Errors told at once, of validation and of variables. */
  errors: 5,
  /** 15 is what GraphiQL's introspection query needs. */
  depth: 15,
  aliases: 30,
  rootFields: 20,
  directives: 10,
  /** Fields once every fragment is spread; without fragments the tokens are the tighter limit. */
  selections: 2000,
  /** See document-cost.ts. */
  cost: 50_000,
  /** Entity references of one document, over all its `_entities`. */
  representations: 1000,
  /** Nesting of objects and lists in variables. */
  variableDepth: 64,
} as const;

interface Excess {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly message: string;
  readonly max?: number;
}

/** Validation rule: the first limit that a document breaks, without looking at variables. */
export function documentLimits(context: ValidationContext): ASTVisitor {
  return {
    Document: {
      enter(document) {
        const excess = excessOf(document);
        if (excess !== null) {
          const { message, ...extensions } = excess;
          context.reportError(new GraphQLError(message, { extensions: { ...extensions } }));
        }
        return false;
      },
    },
  };
}

function excessOf(document: DocumentNode): Excess | null {
  const subscribes = document.definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation === OperationTypeNode.SUBSCRIPTION,
  );
  if (subscribes) {
    const message = 'Subscriptions are not offered.';
    return { code: 'OPERATION_RESOLUTION_FAILURE', reason: 'SUBSCRIPTION', message };
  }
  const { aliases, directives, badText } = count(document);
  if (badText) {
    const message = 'A string literal holds a control, bidi-override or surrogate character.';
    return { code: 'BAD_USER_INPUT', reason: 'BAD_STRING', message };
  }
  const { depth, rootFields, selections } = measureOperations(document);
  return (
    over('ALIAS_LIMIT', aliases, LIMITS.aliases, 'aliases') ??
    over('DIRECTIVE_LIMIT', directives, LIMITS.directives, 'directives') ??
    over('DEPTH_LIMIT', depth, LIMITS.depth, 'levels of fields') ??
    over('ROOT_FIELD_LIMIT', rootFields, LIMITS.rootFields, 'root fields') ??
    over('SELECTION_LIMIT', selections, LIMITS.selections, 'fields once fragments are spread')
  );
}

function over(reason: string, found: number, max: number, what: string): Excess | null {
  if (found <= max) return null;
  const message = `A document has at most ${max} ${what}.`;
  return { code: 'GRAPHQL_VALIDATION_FAILED', reason, message, max };
}

function count(document: DocumentNode): { aliases: number; directives: number; badText: boolean } {
  const found = { aliases: 0, directives: 0, badText: false };
  visit(document, {
    Field(field) {
      if (field.alias) found.aliases += 1;
    },
    Directive() {
      found.directives += 1;
    },
    StringValue(text) {
      found.badText ||= isBadText(text.value);
    },
  });
  return found;
}
