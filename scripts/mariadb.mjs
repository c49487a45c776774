// A MariaDB server of our own for the length of one run: temporary data directory, one socket,
// no network, no service, nothing left behind.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findProgram, installByApt, isRoot, lastLine } from './debian.mjs';

const START_TIMEOUT_MS = 30_000;

/** Nothing here outlives the run, so durability is given away for speed. */
const TEST_TUNING = [
  '--innodb-flush-log-at-trx-commit=2',
  '--innodb-doublewrite=OFF',
  '--innodb-buffer-pool-size=64M',
  '--innodb-log-file-size=32M',
  '--skip-log-bin',
  '--performance-schema=OFF',
];

/**
 * The server is a child of this shell, and the shell lives as long as we hold its stdin. However
 * our process ends (done, Ctrl-C, crash, SIGKILL), stdin closes, and server and directory go.
 */
const GUARD = `
  dir=$1; shift
  "$@" >>"$dir/server.log" 2>&1 </dev/null &
  server=$!
  cat >/dev/null
  kill -KILL $server 2>/dev/null
  wait $server 2>/dev/null
  rm -rf "$dir"
`;

/**
 * The database of the MariaDB lane: TEST_DATABASE_URL, else a private server, else (as root on
 * Debian or Ubuntu, if `allowInstall`) the server's binaries by apt and then a private server.
 *
 * @param {{ allowInstall: boolean }} options
 * @returns {Promise<{ url: string, stop: () => Promise<void> } | { unavailable: string }>}
 */
export async function provideMariaDb({ allowInstall }) {
  if (process.env.TEST_DATABASE_URL) {
    return { url: process.env.TEST_DATABASE_URL, stop: () => Promise.resolve() };
  }
  const missing = 'no TEST_DATABASE_URL, and no mariadbd on this machine';
  if (findServer() === null) {
    const refusal = allowInstall ? installServer() : 'installing it was not allowed';
    if (refusal !== null) return { unavailable: `${missing} (${refusal})` };
  }
  const server = findServer();
  return server === null ? { unavailable: missing } : startServer(server);
}

/** Looks beyond PATH: on Debian only root has /usr/sbin in it. */
const findServer = () => findProgram('mariadbd');

function installServer() {
  return installByApt('mariadb-server-core', 'binaries only, no service');
}

async function startServer(server) {
  // Short on purpose: a socket's path may have about 100 characters.
  const dir = mkdtempSync(join(tmpdir(), 'recon-db-'));
  const common = ['--no-defaults', `--datadir=${join(dir, 'data')}`, ...TEST_TUNING];
  if (isRoot) common.push('--user=root');
  const refusal = createDataDirectory(server, dir, common);
  if (refusal !== null) {
    rmSync(dir, { recursive: true, force: true });
    return { unavailable: `mariadbd --bootstrap: ${refusal}` };
  }
  const socket = join(dir, 's.sock');
  const own = ['--skip-networking', `--socket=${socket}`, `--pid-file=${join(dir, 'pid')}`];
  // Its own process group: Ctrl-C must reach the tests first, and the server only when they end.
  const guard = spawn('sh', ['-c', GUARD, 'sh', dir, server, ...common, ...own], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = new Promise((resolve) => guard.once('close', resolve));
  const stop = async () => {
    guard.stdin.end();
    await gone;
  };
  if (await answers(socket, START_TIMEOUT_MS)) {
    return { url: `mysql://root@localhost/?socketPath=${socket}`, stop };
  }
  const reason = lastLine(readFileSync(join(dir, 'server.log'), 'utf8'));
  await stop();
  return { unavailable: `mariadbd did not start: ${reason}` };
}

/**
 * Null, or what the server said. Does what mariadb-install-db does with
 * --auth-root-authentication-method=normal: that script needs my_print_defaults, which
 * mariadb-server-core alone does not bring.
 */
function createDataDirectory(server, dir, common) {
  const tables = systemTables(server);
  if (tables === null) return 'the SQL of the system tables is not installed beside it';
  mkdirSync(join(dir, 'data'));
  const run = spawnSync(
    server,
    [...common, '--bootstrap', '--silent-startup', '--log-warnings=0', '--enforce-storage-engine='],
    {
      encoding: 'utf8',
      // One statement a line: the bootstrap reader ends a statement at the end of its line only.
      input: `create database mysql;\nuse mysql;\nSET @auth_root_socket=NULL;\n${tables}`,
    },
  );
  return run.status === 0 ? null : lastLine(run.stderr || run.error?.message || 'failed');
}

/** Null where they are not found. Their names begin with `mysql` up to 10.11, `mariadb` after. */
function systemTables(server) {
  const share = join(dirname(realpathSync(server)), '..', 'share');
  for (const folder of ['mysql', 'mariadb']) {
    for (const prefix of ['mysql', 'mariadb']) {
      const files = ['system_tables', 'system_tables_data'].map((name) =>
        join(share, folder, `${prefix}_${name}.sql`),
      );
      if (files.every(existsSync))
        return files.map((file) => readFileSync(file, 'utf8')).join('\n');
    }
  }
  return null;
}

/** True as soon as the server greets a client on its socket. */
async function answers(socket, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (await greets(socket)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

function greets(socket) {
  return new Promise((resolve) => {
    const client = connect({ path: socket });
    const settle = (answer) => {
      client.destroy();
      resolve(answer);
    };
    client.once('data', () => settle(true));
    client.once('error', () => settle(false));
    client.once('close', () => settle(false));
  });
}
