// One change of a checkout by the compiled product, in a process that ends itself with SIGKILL:
// right before its statement number `killBefore`, or with `underWay` as soon as it was sent. Past the
// last statement it ends after COMMIT, before the caller hears of it. Prints the statements it ran.
const { writeSync } = require('node:fs');
const { migrations } = require('../../dist/migrations');
const { changeCheckout } = require('../../dist/src/checkout/change-checkout');
const { commands } = require('../../dist/src/checkout/commands');
const { openDatabase } = require('../../dist/src/db/database');
const { entities } = require('../../dist/src/db/entities');

const { target, settings, now, name, request, killBefore, underWay } = JSON.parse(process.argv[2]);

const statements = [];
let counting = false;

function onStatement(text) {
  if (!counting) return;
  statements.push(text);
  if (statements.length !== killBefore) return;
  if (underWay) setImmediate(end);
  else end();
}

function end() {
  process.kill(process.pid, 'SIGKILL');
}

async function main() {
  const db = await openDatabase({ ...target, entities, migrations, onStatement });
  const path = { db, clock: () => new Date(now), settings };
  counting = true;
  await changeCheckout(
    path,
    commands.find((command) => command.name === name),
    request,
  );
  counting = false;
  if (killBefore !== null) end();
  writeSync(1, JSON.stringify(statements));
  await db.close();
}

void main();
