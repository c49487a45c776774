import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startWorld, type World } from '../../support/world';

// The walkthrough is what a newcomer follows; so it is executed, block by block, and every answer it shows is compared.
const TEXT = readFileSync(join(__dirname, '../../../docs/walkthrough.md'), 'utf8');
const BLOCKS = [...TEXT.matchAll(/```(graphql|json|sh)\n([\s\S]*?)```/g)].map(
  ([, language = '', text = '']) => ({ language, text }),
);
const ID = /^[A-Z]+_ID$/;

let world: World;
beforeAll(async () => {
  world = await startWorld({ genericProvider: 'sandbox' });
});
afterAll(async () => {
  await world.close();
});

test('the case of docs/walkthrough.md goes as it is told there', async () => {
  const ids = new Map<string, string>();
  let answer: unknown = null;
  let compared = 0;
  for (const { language, text } of BLOCKS) {
    if (language === 'sh') await world.deliver(JSON.parse(/BODY='(.*)'/.exec(text)![1]!));
    if (language === 'graphql') {
      const role = /^# as (\w+)/.exec(text)![1]!;
      const query = text.replace(/"([A-Z]+_ID)"/g, (_all, name) => `"${ids.get(name)}"`);
      answer = (await world.ask(`me@example.com; roles=${role}`, query)).data;
    }
    if (language === 'json') {
      expect(named(answer, JSON.parse(text), ids)).toEqual(JSON.parse(text));
      compared += 1;
    }
  }
  expect(compared).toBe(11);
});

/** The answer with ids replaced by the names the text gives them; a name means one id throughout. */
function named(answer: any, told: any, ids: Map<string, string>): unknown {
  if (typeof told === 'string' && ID.test(told)) {
    if (!ids.has(told)) ids.set(told, String(answer));
    return answer === ids.get(told) ? told : answer;
  }
  if (Array.isArray(answer) && Array.isArray(told)) {
    return answer.map((one, index) => named(one, told[index], ids));
  }
  if (typeof answer === 'object' && answer !== null && typeof told === 'object' && told !== null) {
    return Object.fromEntries(
      Object.entries(answer).map(([key, value]) => [key, named(value, told[key], ids)]),
    );
  }
  return answer;
}
