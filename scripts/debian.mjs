// What a fresh Debian or Ubuntu machine lacks, found or installed.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const isRoot = process.getuid?.() === 0;

/** A program's path; on Debian only root has the sbin folders in PATH. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Null, or why it could not be done. */
export function installByApt(name, remark) {
  if (!existsSync('/etc/debian_version')) return 'only Debian and Ubuntu can install it here';
  if (!isRoot) return 'installing it takes root';
  process.stderr.write(`Installing ${name} (${remark}) …\n`);
  const update = apt('update', '-q');
  const install = apt('install', '-y', '-q', '--no-install-recommends', name);
  // A failed update alone may be one dead mirror; only the installation decides.
  return install === null ? null : `apt-get: ${update ?? install}`;
}

function apt(...args) {
  const run = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return run.status === 0 ? null : lastLine(run.stderr || run.error?.message || 'failed');
}

export function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}
