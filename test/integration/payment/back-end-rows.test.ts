import { aCart, EUR_129, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });
let told = 0;

const report = ({ paymentId }: Cart, type: string, result: string, more: object = {}) => {
  told += 1;
  world.advance(1_000);
  return world.act('SYSTEM', 'recordTransactionResult', {
    paymentId,
    type,
    result,
    requestedAmount: EUR_129,
    ...(result === 'SUCCEEDED' && { processedAmount: EUR_129 }),
    gatewayTransactionId: `row-${told}`,
    ...more,
  });
};

/** approved/deposited/failed, "-" for null. */
async function rows({ paymentId }: Cart): Promise<string[]> {
  const { data } = await world.ask(
    'auditor; roles=AUDITOR',
    'query ($id: ID!) { payment(id: $id) { backEndRows { approved { amount currencyCode } deposited { amount } failed { amount } } } }',
    { id: paymentId },
  );
  return data.payment.backEndRows.map(({ approved, deposited, failed }: any) =>
    [approved?.amount ?? '-', deposited.amount, failed.amount].join('/'),
  );
}

test('a payment nobody tried has no row', async () => {
  expect(await rows(await aCart(world))).toEqual([]);
});

test('a failed attempt keeps its row beside the one that went through (S3.13)', async () => {
  const cart = await aCart(world);
  await report(cart, 'AUTHORIZE', 'FAILED');
  expect(await rows(cart)).toEqual(['0.00/0.00/129.00']);

  await report(cart, 'AUTHORIZE', 'SUCCEEDED', { gatewayTransactionId: 'row-auth' });
  expect(await rows(cart)).toEqual(['0.00/0.00/129.00', '129.00/0.00/0.00']);

  await report(cart, 'CAPTURE', 'SUCCEEDED', { parentGatewayTransactionId: 'row-auth' });
  expect(await rows(cart)).toEqual(['0.00/0.00/129.00', '129.00/129.00/0.00']);
});

test('a direct sale has no approval, which is not an approval of nothing (S3.7)', async () => {
  const cart = await aCart(world);

  await report(cart, 'SALE', 'FAILED');
  await report(cart, 'SALE', 'SUCCEEDED');

  expect(await rows(cart)).toEqual(['-/0.00/129.00', '-/129.00/0.00']);
});

test('one that failed and went through later shows both', async () => {
  const cart = await aCart(world);
  await report(cart, 'AUTHORIZE', 'FAILED', { gatewayTransactionId: 'row-late' });

  await report(cart, 'AUTHORIZE', 'SUCCEEDED', { gatewayTransactionId: 'row-late' });

  expect(await rows(cart)).toEqual(['129.00/0.00/129.00']);
});

test('an attempt under way was tried, and has none yet', async () => {
  const cart = await aCart(world);

  await report(cart, 'AUTHORIZE', 'PENDING');

  expect(await rows(cart)).toEqual(['0.00/0.00/0.00']);
});

test('captures that name no authorization stand on the oldest that has room', async () => {
  const cart = await aCart(world);
  const half = { requestedAmount: eur('60.00'), processedAmount: eur('60.00') };
  await report(cart, 'AUTHORIZE', 'SUCCEEDED', half);
  await report(cart, 'AUTHORIZE', 'SUCCEEDED', half);

  await report(cart, 'CAPTURE', 'SUCCEEDED', {
    requestedAmount: eur('80.00'),
    processedAmount: eur('80.00'),
  });

  expect(await rows(cart)).toEqual(['60.00/60.00/0.00', '60.00/20.00/0.00']);
});

test('more than was approved shows on the row it names', async () => {
  const cart = await aCart(world);
  await report(cart, 'AUTHORIZE', 'SUCCEEDED', { gatewayTransactionId: 'row-over' });

  await report(cart, 'CAPTURE', 'SUCCEEDED', {
    processedAmount: eur('200.00'),
    parentGatewayTransactionId: 'row-over',
  });

  expect(await rows(cart)).toEqual(['129.00/200.00/0.00']);
});

test('what was taken back of a capture is deposited no more', async () => {
  const cart = await aCart(world);
  await report(cart, 'AUTHORIZE', 'SUCCEEDED');
  await report(cart, 'CAPTURE', 'SUCCEEDED', { gatewayTransactionId: 'row-back' });

  await report(cart, 'CAPTURE_REVERSAL', 'SUCCEEDED', {
    processedAmount: eur('29.00'),
    parentGatewayTransactionId: 'row-back',
  });

  expect(await rows(cart)).toEqual(['129.00/100.00/0.00']);
});

test('what the provider only says has its row too', async () => {
  const cart = await aCart(world);

  await world.act('SYSTEM', 'recordPaymentStatus', {
    paymentId: cart.paymentId,
    status: 'CAPTURED',
  });

  expect(await rows(cart)).toEqual(['129.00/129.00/0.00']);
});

test('an attempt in other money has none: nothing here adds two currencies', async () => {
  const cart = await aCart(world);

  await report(cart, 'AUTHORIZE', 'SUCCEEDED', {
    requestedAmount: { amount: '129.00', currencyCode: 'USD' },
    processedAmount: { amount: '129.00', currencyCode: 'USD' },
  });

  expect(await rows(cart)).toEqual([]);
});
