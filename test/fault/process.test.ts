import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { freshTarget, lane } from '../support/lane';
import { endServers, startServerProcess } from '../support/server-process';

const JWT_SECRET = 'a-jwt-secret-of-the-tests-with-length';

let dataDir: string;
let remove: () => Promise<void>;
let env: Record<string, string>;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'recon-process-'));
  const fresh = await freshTarget();
  ({ remove } = fresh);
  const { url } = fresh.target;
  env = {
    RECON_DATA_DIR: dataDir,
    RECON_LOG_LEVEL: 'error',
    RECON_AUTH: 'jwt',
    RECON_JWT_SECRET: JWT_SECRET,
    ...(url === null ? {} : { DATABASE_URL: url }),
  };
});
afterEach(async () => {
  await endServers();
  await remove();
  rmSync(dataDir, { recursive: true, force: true });
});

const onlyEmbedded = lane() === 'sqlite' ? test : test.skip;
const onlyShared = lane() === 'mariadb' ? test : test.skip;

async function started() {
  const server = await startServerProcess(env);
  await server.ready();
  return server;
}

onlyEmbedded('a second server on the embedded file is told which process holds it', async () => {
  const first = await started();

  const second = await startServerProcess(env);

  expect(await second.exited).toEqual({
    code: 75,
    signal: null,
    stdout: '',
    stderr:
      `The embedded database ${join(dataDir, 'recon.db')} is in use by process ${first.pid}: ` +
      'talk to that running server, or stop it first.\n',
  });
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
});

onlyShared('a second server on the same database serves beside the first', async () => {
  const servers = await Promise.all([startServerProcess(env), startServerProcess(env)]);

  await Promise.all(servers.map((server) => server.ready()));

  const answers = await Promise.all(servers.map(({ url }) => fetch(`${url}/readyz`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
});

test('a server that was killed leaves nothing that keeps the next one from starting', async () => {
  const killed = await started();
  killed.kill('SIGKILL');
  await killed.exited;

  const next = await started();

  expect((await fetch(`${next.url}/readyz`)).status).toBe(200);
});

test('--check-config prints every setting and no secret, and touches nothing', async () => {
  const untouched = join(dataDir, 'not-made');
  const secrets = {
    DATABASE_URL: 'mysql://user:password-word@db.example.com/recon',
    RECON_JWT_SECRET: JWT_SECRET,
    RECON_ROUTER_SECRETS: 'router-secret-word-of-some-length-1234',
    RECON_MERCADOPAGO_SECRET: 'mercadopago-secret-word',
    RECON_WEBHOOK_HMAC_PROVIDERS: 'acme=hmac-secret-word-of-some-length-1234',
    RECON_JOURNAL_KEY: 'journal-key-word-of-some-length-123456789',
  };
  const checked = await startServerProcess(
    { ...secrets, NODE_ENV: 'production', RECON_AUTH: 'jwt', RECON_DATA_DIR: untouched },
    ['--check-config'],
  );

  const { code, stdout, stderr } = await checked.exited;

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const names = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  expect(names).toEqual(expect.arrayContaining(['PORT', ...Object.keys(secrets)]));
  expect(stdout).toContain(`PORT=${checked.port}\n`);
  expect(stdout).not.toMatch(/-word|secret-of-the-tests/);
  expect(existsSync(untouched)).toBe(false);
});

test('a configuration that is wrong is told in all its problems at once', async () => {
  const refused = await startServerProcess({
    RECON_DATA_DIR: dataDir,
    PORT: '70000',
    RECON_LOG_LEVEL: 'loud',
    RECON_SWEEP_INTERVALL_MS: '5',
  });

  const { code, stdout, stderr } = await refused.exited;

  expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
  const problems = stderr.trim().split('\n');
  expect(problems.map((line) => line.split(':')[0])).toEqual([
    'PORT',
    'RECON_LOG_LEVEL',
    'RECON_SWEEP_INTERVALL_MS',
  ]);
  expect(stderr).not.toMatch(/70000|loud/);
});

test('SIGTERM refuses new connections, answers the request in flight and ends with 0', async () => {
  const server = await started();
  const { received, finish } = slowRequest(server.port, await aToken());
  await received;

  server.kill('SIGTERM');
  await untilRefused(server.port);
  server.kill('SIGTERM'); // An impatient operator changes nothing.
  const answer = await finish();
  const { code, signal, stderr } = await server.exited;

  expect(answer).toEqual({ status: 200, connection: 'close' });
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  expect(readdirSync(dataDir)).not.toContain('recon.db.lock');
});

/** A request the server has begun to read, and whose body comes when it is told to. */
function slowRequest(port: number, token: string) {
  const body = JSON.stringify({ query: '{ __typename }' });
  const sent = request({
    port,
    host: '127.0.0.1',
    path: '/graphql',
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${token}`,
      expect: '100-continue',
    },
  });
  sent.flushHeaders();
  const answered = new Promise<{ status: number; connection: string }>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => {
      response.resume();
      const { connection = '' } = response.headers;
      response.once('end', () => resolve({ status: response.statusCode!, connection }));
    });
  });
  return {
    received: new Promise<void>((resolve) => sent.once('continue', resolve)),
    finish: () => {
      sent.end(body);
      return answered;
    },
  };
}

function aToken(): Promise<string> {
  return new SignJWT({ roles: ['COMMERCE'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('ana@example.com')
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(JWT_SECRET));
}

async function untilRefused(port: number): Promise<void> {
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; await wait(5)) {
    if (await isRefused(port)) return;
  }
  throw new Error('it still takes connections');
}

function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

test.each(['PORT', 'RECON_ADMIN_PORT'])(
  'a server whose %s is taken says so, ends, and leaves the database to the next',
  async (name) => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;

    const refused = await startServerProcess({ ...env, [name]: String(port) });
    const exit = await refused.exited;
    other.close();

    expect(exit).toMatchObject({
      code: 75,
      stderr: `Port ${port} is taken by another process. Set ${name} to a free one.\n`,
    });
    expect((await fetch(`${(await started()).url}/readyz`)).status).toBe(200);
  },
);
