import {
  type ApolloServerPlugin,
  type BaseContext,
  type GraphQLRequestContextDidResolveOperation,
} from '@apollo/server';
import { GraphQLError } from 'graphql';
import { findBadInput } from './bad-text';
import { type CostInput, operationCost } from './document-cost';
import { type ErrorCode } from './format-error';
import { LIMITS } from './limits';
import { checkRepresentations } from './representations';

/** Apollo plugin: the limits that depend on variables, checked before anything is executed. */
export function operationLimits(): ApolloServerPlugin {
  return {
    requestDidStart: () => Promise.resolve({ didResolveOperation }),
  };
}

/** Apollo answers what this hook rejects with, so it must reject and not throw. */
function didResolveOperation(
  request: GraphQLRequestContextDidResolveOperation<BaseContext>,
): Promise<void> {
  return new Promise((resolve) => {
    check(request);
    resolve();
  });
}

function check(request: GraphQLRequestContextDidResolveOperation<BaseContext>): void {
  // Apollo calls the hook for an unknown operation name too.
  const { operation } = request;
  if (!operation) return;
  const variables: CostInput['variables'] = request.request.variables ?? {};
  const { schema, document } = request;

  const bad = findBadInput(variables, LIMITS.variableDepth);
  if (bad?.reason === 'BAD_STRING') {
    const message = 'A text holds a control, bidi-override or surrogate character.';
    throw refused('BAD_USER_INPUT', message, { ...bad });
  }
  if (bad) {
    const message = `Variables nest at most ${LIMITS.variableDepth} levels.`;
    throw refused('BAD_USER_INPUT', message, { ...bad, max: LIMITS.variableDepth });
  }

  const representation = checkRepresentations({ schema, document, operation, variables });
  if (representation) {
    const { message, ...details } = representation;
    throw refused('BAD_USER_INPUT', message, details);
  }

  const cost = operationCost({ schema, document, operation, variables });
  if (cost > LIMITS.cost) {
    const message = `The operation may cost at most ${LIMITS.cost}; ask for smaller pages.`;
    throw refused('COST_LIMIT', message, { cost, max: LIMITS.cost });
  }
}

function refused(
  code: ErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>>,
): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...details, http: { status: 400 } } });
}
