import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '../../../src/graphql/format-error';
import { REFUSAL_CODES } from '../../../src/kernel/refusal';
import { startWorld } from '../../support/world';

const read = (name: string) => readFileSync(join(__dirname, '../../..', name), 'utf8');
const codesIn = (section: string) =>
  [...section.matchAll(/^\| `([A-Z_]+)` *\|/gm)].map(([, code]) => code);

test('the question of the README is answered as it says, on an empty database', async () => {
  const [, body = '', answer = ''] = /-d '([^']+)'[\s\S]*?```json\n([\s\S]*?)```/.exec(
    read('README.md'),
  )!;
  const world = await startWorld();
  try {
    const { query } = JSON.parse(body);
    expect(await world.ask('me@example.com; roles=FINANCE', query)).toEqual(JSON.parse(answer));
  } finally {
    await world.close();
  }
});

test('docs/errors.md names exactly the codes there are', () => {
  const [refusals = '', errors = ''] = read('docs/errors.md').split('## Errors:');
  expect(codesIn(refusals)).toEqual([...REFUSAL_CODES]);
  expect(codesIn(errors)).toEqual([...ERROR_CODES]);
});
