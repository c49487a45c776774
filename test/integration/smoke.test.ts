import { entities } from '../../src/db/entities';
import { migrations } from '../../migrations';
import { openTestDatabase } from '../support/lane';
test('the migrations run on this database', async () => {
  const db = await openTestDatabase(entities, migrations);
  try {
    const rows = await db.reader.query('SELECT COUNT(*) AS n FROM reconciliation_exception');
    expect(rows).toHaveLength(1);
  } finally {
    await db.close();
  }
});
