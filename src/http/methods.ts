import { type FastifyInstance } from 'fastify';
import { HttpProblem } from './http-problem';

/** Answers 405 to whatever is not POST, before a body is read. */
export function refuseOtherMethods(app: FastifyInstance, url: string): void {
  const refuse = () => {
    const headers = { allow: 'POST' };
    throw new HttpProblem(405, 'METHOD_NOT_ALLOWED', 'Use POST.', { headers });
  };
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url,
    onRequest: (_request, _reply, done) => {
      refuse();
      done();
    },
    handler: refuse,
  });
}
