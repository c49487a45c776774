// node test/gateway/start.mjs --recon http://localhost:4000/graphql [--header 'name: value' …]
//
// Prints one JSON line, { url, hints, supergraphSdl }, and serves until it is killed. Where the
// subgraphs do not compose it prints { errors } and exits 1. With --exit-with-stdin it ends when
// its stdin does, so that it cannot outlive a caller that crashed.
import { parseArgs } from 'node:util';
import { CompositionRefused, startGateway } from './gateway.mjs';

const { values } = parseArgs({
  options: {
    recon: { type: 'string', default: 'http://localhost:4000/graphql' },
    header: { type: 'string', multiple: true, default: [] },
    'exit-with-stdin': { type: 'boolean', default: false },
  },
});

if (values['exit-with-stdin']) process.stdin.resume().once('end', () => process.exit(0));

try {
  const headers = Object.fromEntries(values.header.map((line) => line.split(/:\s*(.*)/s, 2)));
  const { url, hints, supergraphSdl } = await startGateway({ reconUrl: values.recon, headers });
  print({ url, hints, supergraphSdl });
} catch (error) {
  if (!(error instanceof CompositionRefused)) throw error;
  print({ errors: error.errors });
  process.exitCode = 1;
  process.stdin.destroy();
}

function print(answer) {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
