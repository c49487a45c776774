import { auditServer } from 'graphql-http';
import { ACTOR, type Edge, startEdge } from './edge';

let edge: Edge;
// The audits ask for __typename and __type, and use introspection as their schema.
beforeAll(async () => (edge = await startEdge({ introspection: true })));
afterAll(() => edge.close());

test('GraphQL over HTTP: no error, and the six deviations we know of', async () => {
  const results = await auditServer({
    url: `${edge.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set('x-recon-actor', ACTOR);
      return fetch(url, { ...init, headers });
    },
  });
  const deviations = results
    .filter(({ status }) => status !== 'ok')
    .map(({ id, status }) => `${id} ${status}`)
    .sort();

  // Notices: GET is off. Warnings: a request error is 400 for application/json too, where 200
  // is recommended for old clients.
  expect(deviations).toEqual([
    '572B warn',
    '5A70 notice',
    '6A70 notice',
    '7B9B warn',
    'D6D5 notice',
    'FDE2 warn',
  ]);
  expect(results).toHaveLength(61);
});
