import { genericHmacAdapter } from './generic-hmac.rules';
import { mercadopagoAdapter } from './mercadopago.rules';
import { type ProviderAdapter } from './provider.rules';

/** What is configured. Secrets by provider name for the generic shape. */
export interface ProviderOptions {
  readonly mercadopagoSecret: string | null;
  readonly acceptUnsignedMercadopago: boolean;
  readonly genericHmac: Readonly<Record<string, string>>;
}

export interface Provider {
  readonly adapter: ProviderAdapter;
  /** Null: nothing can be verified, and unsigned deliveries are accepted (NOT_CHECKED). */
  readonly secret: string | null;
}

/** A part of a URL, and of a key in the database. */
const PROVIDER_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

/**
 * By the name in the URL. A provider that can neither be verified nor may go unverified is not in it.
 * Throws on a configuration that cannot be meant.
 */
export function providerRegistry(options: ProviderOptions): ReadonlyMap<string, Provider> {
  const providers = new Map<string, Provider>();
  const secret = options.mercadopagoSecret === '' ? null : options.mercadopagoSecret;
  if (secret !== null || options.acceptUnsignedMercadopago) {
    const adapter = mercadopagoAdapter({ acceptUnsigned: options.acceptUnsignedMercadopago });
    providers.set(adapter.name, { adapter, secret });
  }
  for (const [name, genericSecret] of Object.entries(options.genericHmac)) {
    if (!PROVIDER_NAME.test(name) || name === 'mercadopago') {
      throw new Error('The name of a generic HMAC provider is not a-z, 0-9 and -, or is taken.');
    }
    if (genericSecret === '') throw new Error('A generic HMAC provider has an empty secret.');
    providers.set(name, { adapter: genericHmacAdapter(name), secret: genericSecret });
  }
  return providers;
}
