// This subgraph and two peers, composed and served by the real gateway. All on loopback.
import { composeServices } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { parse } from 'graphql';
import { startPeers } from './peers.mjs';

/** What the subgraph knows its callers by. */
const FORWARDED = ['authorization', 'x-recon-actor'];

// Read when a gateway is made: without it the gateway reports to its vendor.
process.env.APOLLO_TELEMETRY_DISABLED = 'true';

/** Composition refused the subgraphs; `errors` says why, one sentence each. */
export class CompositionRefused extends Error {
  constructor(errors) {
    super(errors.join('\n'));
    this.errors = errors;
  }
}

/**
 * `reconUrl` is the running subgraph's GraphQL address; `headers` are sent when its SDL is fetched
 * and nowhere else. Throws CompositionRefused.
 */
export async function startGateway({ reconUrl, headers = {} }) {
  const typeDefs = parse(await fetchSdl(reconUrl, headers));
  const peers = await startPeers();
  const closePeers = () => Promise.all(peers.map((peer) => peer.close()));
  try {
    const { supergraphSdl, hints } = compose([
      { name: 'recon', url: reconUrl, typeDefs },
      ...peers.map(({ name, url, typeDefs }) => ({ name, url, typeDefs })),
    ]);
    const server = await serve(supergraphSdl);
    const close = () => Promise.all([server.stop(), closePeers()]);
    return { url: server.url, supergraphSdl, hints, close };
  } catch (error) {
    await closePeers();
    throw error;
  }
}

/** As a router sees it: what the running server says, not what its source says. */
async function fetchSdl(url, headers) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  const { data, errors } = JSON.parse(text);
  if (errors) throw new Error(`${url} refused its SDL: ${JSON.stringify(errors)}`);
  return data._service.sdl;
}

function compose(subgraphs) {
  const { errors, supergraphSdl, hints } = composeServices(subgraphs);
  if (errors?.length) throw new CompositionRefused(errors.map((error) => error.message));
  const plain = ({ definition, message, coordinate }) => ({
    code: definition.code,
    coordinate: coordinate ?? null,
    message,
  });
  return { supergraphSdl, hints: hints.map(plain) };
}

async function serve(supergraphSdl) {
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ url }) => new RemoteGraphQLDataSource({ url, willSendRequest: forward }),
  });
  const server = new ApolloServer({ gateway, includeStacktraceInErrorResponses: false });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: ({ req }) => Promise.resolve({ headers: req.headers }),
  });
  return { url, stop: () => server.stop() };
}

function forward({ request, context }) {
  for (const name of FORWARDED) {
    const value = context.headers?.[name];
    if (value !== undefined) request.http.headers.set(name, value);
  }
}
