import { providerRegistry } from '../../../src/webhook/providers.rules';

const NONE = { mercadopagoSecret: null, acceptUnsignedMercadopago: false, genericHmac: {} };

test('nothing configured is no provider', () => {
  expect([...providerRegistry(NONE).keys()]).toEqual([]);
});

test('each configured provider stands under its own name with its own secret', () => {
  const providers = providerRegistry({
    mercadopagoSecret: 'm',
    acceptUnsignedMercadopago: false,
    genericHmac: { acme: 'a', 'acme-2': 'b' },
  });

  const listed = [...providers].map(([name, { adapter, secret }]) => [name, adapter.name, secret]);
  expect(listed).toEqual([
    ['mercadopago', 'mercadopago', 'm'],
    ['acme', 'acme', 'a'],
    ['acme-2', 'acme-2', 'b'],
  ]);
});

test.each([
  ['no secret', null, false, undefined],
  ['an empty secret', '', false, undefined],
  ['no secret, unsigned accepted', null, true, { secret: null }],
  ['an empty secret, unsigned accepted', '', true, { secret: null }],
])('Mercado Pago with %s', (_case, mercadopagoSecret, acceptUnsignedMercadopago, expected) => {
  const provider = providerRegistry({
    ...NONE,
    mercadopagoSecret,
    acceptUnsignedMercadopago,
  }).get('mercadopago');

  expect(provider && { secret: provider.secret }).toEqual(expected);
});

test.each([
  ['a name taken by an adapter', { mercadopago: 'secret-value' }],
  ['a name that is no part of a path', { 'a/b': 'secret-value' }],
  ['a name in upper case', { Acme: 'secret-value' }],
  ['an empty name', { '': 'secret-value' }],
  ['a name of 41 characters', { ['a'.repeat(41)]: 'secret-value' }],
  ['an empty secret', { acme: '' }],
])('%s stops the start and tells no secret', (_case, genericHmac) => {
  const start = () => providerRegistry({ ...NONE, genericHmac });

  expect(start).toThrow(/generic HMAC provider/);
  expect(start).not.toThrow(/secret-value/);
});
