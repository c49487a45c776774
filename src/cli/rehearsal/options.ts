import { parseArgs } from 'node:util';

/** Where to rehearse, and as whom. */
export interface Options {
  /** Null: a server of our own. */
  readonly url: string | null;
  /** A bearer token with all the roles of the play; null: the development header, a role a step. */
  readonly token: string | null;
  /** A generic HMAC provider of the deployment. */
  readonly provider: string;
  readonly providerSecret: string;
}

export const USAGE = `npm run rehearse -- [--url URL (--token JWT | --actor-header)] [--provider NAME --provider-secret SECRET]

Without --url it starts a server of its own on a temporary embedded database.
  --url              a deployment whose provider events are sandbox, e.g. https://recon.example.com
  --token            a JWT with the roles STOREFRONT, COMMERCE, PAYMENT, OMS, ENGINEERING, SUPPORT and FINANCE
                     (or REHEARSE_TOKEN in the environment)
  --actor-header     development sign-in: the header x-recon-actor names each step's role
  --provider         a generic HMAC provider of the deployment (default: sandbox)
  --provider-secret  its secret (or REHEARSE_PROVIDER_SECRET; default: the documented development one)`;

/** The provider that a development server knows by itself: docs/configuration.md. */
const SANDBOX = { name: 'sandbox', secret: 'sandbox-secret-for-development' };

const DECLARED = {
  url: { type: 'string' },
  token: { type: 'string' },
  'actor-header': { type: 'boolean', default: false },
  provider: { type: 'string' },
  'provider-secret': { type: 'string' },
} as const;

/** Throws an Error whose message says what is wrong with the arguments. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({ args: [...args], options: DECLARED });
  const token = values.token ?? env['REHEARSE_TOKEN'] ?? null;
  const header = values['actor-header'];
  const provider = values.provider ?? SANDBOX.name;
  const given = values['provider-secret'] ?? env['REHEARSE_PROVIDER_SECRET'] ?? null;
  if (values.url === undefined && Object.keys(values).length > 1) {
    throw new Error('The other options go with --url.');
  }
  if (values.url !== undefined && (token === null) !== header) {
    throw new Error('--url wants either --token or --actor-header.');
  }
  if (provider !== SANDBOX.name && given === null) {
    throw new Error('--provider wants --provider-secret.');
  }
  return {
    url: values.url === undefined ? null : originOf(values.url),
    token: values.url === undefined ? null : token,
    provider,
    providerSecret: given ?? SANDBOX.secret,
  };
}

/** Without what follows the host and the prefix: an address of GraphQL is taken too. */
function originOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    throw new Error('--url is an http:// or https:// address.');
  }
  return url.replace(/\/+$/, '').replace(/\/graphql$/, '');
}
