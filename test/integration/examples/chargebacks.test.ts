import {
  anOrder,
  codesOf,
  done,
  grant,
  money,
  refund,
  sums,
  told,
  type Shop,
} from '../../support/examples';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

async function taken(total = '1000.50', currency = 'ARS', providerReference = '86439942806') {
  const shop = await anOrder(world, total, {
    currency,
    payments: [{ amount: total, provider: 'mercadopago', providerReference }],
  });
  await told(world, shop, 'SALE', total);
  return shop;
}

const dispute = (
  { paymentId, currency }: Shop,
  state: string,
  amount: string,
  disputeId = '234000062890459000',
) =>
  done(world, 'SYSTEM', 'recordDispute', {
    paymentId,
    disputeId,
    amount: money(amount, currency),
    state,
  });

const disputed = ({ paymentId }: Shop) =>
  sums(world, paymentId, 'captured', 'disputed', 'chargedBack', 'net', 'refundable');

const OPEN = {
  status: 'DISPUTED',
  captured: '1000.50',
  disputed: '1000.50',
  chargedBack: '0.00',
  net: '1000.50',
  refundable: '0.00',
};

describe('a chargeback of a thousand pesos and a half', () => {
  test('of which nobody knows yet who bears it is in dispute, and blocks refunds (M7)', async () => {
    const shop = await taken();
    await grant(world, shop, '1.00');

    await dispute(shop, 'OPEN', '1000.50');

    expect(await disputed(shop)).toEqual(OPEN);
    expect(
      await codesOf(world, 'PAYMENT', 'requestRefund', {
        paymentId: shop.paymentId,
        amount: money('1.00', 'ARS'),
      }),
    ).toEqual(['INVALID_TRANSITION']);
  });

  test('that the provider covers reimburses the seller, and refunds are possible again (M7)', async () => {
    const shop = await taken('1000.50', 'ARS', '86439942807');
    await dispute(shop, 'OPEN', '1000.50');

    await dispute(shop, 'WON', '1000.50');

    expect(await disputed(shop)).toEqual({
      status: 'CAPTURED',
      captured: '1000.50',
      disputed: '0.00',
      chargedBack: '0.00',
      net: '1000.50',
      refundable: '1000.50',
    });
    await refund(world, shop, '0.50');
    expect((await sums(world, shop.paymentId, 'refunded')).refunded).toBe('0.50');
  });

  test('that it does not cover is deducted (M7)', async () => {
    const shop = await taken('1000.50', 'ARS', '86439942808');
    await dispute(shop, 'OPEN', '1000.50');

    await dispute(shop, 'LOST', '1000.50');

    expect(await disputed(shop)).toEqual({
      status: 'CHARGED_BACK',
      captured: '1000.50',
      disputed: '0.00',
      chargedBack: '1000.50',
      net: '0.00',
      refundable: '0.00',
    });
  });

  test('that was deducted and is covered later is reimbursed (M7)', async () => {
    const shop = await taken('1000.50', 'ARS', '86439942809');
    await dispute(shop, 'OPEN', '1000.50');
    await dispute(shop, 'LOST', '1000.50');

    await dispute(shop, 'WON', '1000.50');

    expect(await disputed(shop)).toMatchObject({
      status: 'CAPTURED',
      chargedBack: '0.00',
      net: '1000.50',
    });
  });
});

test.each([
  ['JPY', '9899', '899', '9000'],
  ['KWD', '1.234', '0.234', '1.000'],
])(
  'a chargeback of a part in %s takes only that part (M7)',
  async (currency, total, part, rest) => {
    const shop = await taken(total, currency, `part-${currency}`);

    await dispute(shop, 'OPEN', part, `dispute-${currency}`);
    expect(await sums(world, shop.paymentId, 'disputed', 'refundable')).toEqual({
      status: 'DISPUTED',
      disputed: part,
      refundable: rest,
    });
    await dispute(shop, 'LOST', part, `dispute-${currency}`);

    expect(await sums(world, shop.paymentId, 'chargedBack', 'net')).toEqual({
      status: 'CHARGED_BACK',
      chargedBack: part,
      net: rest,
    });
  },
);
