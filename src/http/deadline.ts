import { HttpProblem } from './http-problem';

/**
 * The answer of `work`, or 503 TIMEOUT once `ms` have passed. The work itself is not stopped: a
 * write may still be committed, which is why a mutation is repeated with the same key.
 */
export async function within<Answer>(ms: number, work: () => Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(timedOut());
    }, ms);
  });
  try {
    return await Promise.race([work(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function timedOut(): HttpProblem {
  const message =
    'No answer in time, and the outcome is unknown. Repeat a mutation with the same idempotencyKey.';
  return new HttpProblem(503, 'TIMEOUT', message, {
    headers: { 'retry-after': '1' },
    details: { retryable: true },
  });
}
