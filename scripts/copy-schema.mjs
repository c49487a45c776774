// The compiled server reads dist/schema; what was deleted from schema/ must not live on in it.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist', 'schema');

rmSync(target, { recursive: true, force: true });
cpSync(join(root, 'schema'), target, { recursive: true });
