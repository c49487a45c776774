import { attachAll, EUR_129 } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.close();
});

const CASE = 'status evidence { kind } missingEvidence(for: DECISION, decision: REPAIR_ORDER)';
const caseOf = async (id: string) =>
  (
    await world.ask(
      'auditor; roles=AUDITOR',
      `query ($id: ID!) { reconciliationException(id: $id) { ${CASE} } }`,
      { id },
    )
  ).data.reconciliationException;

test('evidence attached to an orphan still counts when its order has appeared', async () => {
  await world.deliver({
    psp_reference: 'orphan-1',
    capture_id: 'ch_orphan-1',
    amount: '129.00',
    currency: 'EUR',
    capture_timestamp: world.now().toISOString(),
    webhook_event_id: 'evt-1',
  });
  world.advance(300_000);
  await world.sweep();
  const { data } = await world.ask(
    'auditor; roles=AUDITOR',
    '{ reconciliationExceptions { nodes { id } } }',
  );
  const [{ id }] = data.reconciliationExceptions.nodes;
  await attachAll(world, id);
  const orphaned = await caseOf(id);

  const { userErrors } = await world.act('STOREFRONT', 'createOrder', {
    cartGuid: 'cart-1',
    code: 'ORDER-1',
    total: EUR_129,
    payments: [{ provider: 'acme', providerReference: 'orphan-1' }],
  });

  const adopted = await caseOf(id);
  expect(userErrors).toEqual([]);
  expect(orphaned.missingEvidence).toEqual(['CAPTURE_DETAILS', 'ORDER_IDENTITY', 'REPAIR_ACTION']);
  expect(adopted.evidence).toEqual(orphaned.evidence);
  expect(adopted.evidence).toHaveLength(5);
  expect(adopted.missingEvidence).toEqual(['CAPTURE_DETAILS', 'REPAIR_ACTION']);
});
