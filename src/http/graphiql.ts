import { createHash } from 'node:crypto';

export interface GraphiqlPage {
  readonly html: string;
  /** Content-Security-Policy that lets this page run and nothing else. */
  readonly policy: string;
}

/** Everybody's roles, so that a developer sees the whole schema at work. */
const DEV_ACTOR = 'you@example.com; roles=ADMIN,COMMERCE,PAYMENT,OMS,FINANCE,SUPPORT,SYSTEM';

/** The GraphiQL page in one file of 9 MB: no network, no CDN. Loaded only where it is shown. */
export async function graphiqlPage(defaultQuery: string): Promise<GraphiqlPage> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'Reconciliation',
    endpoint: '/graphql',
    defaultQuery,
    headers: JSON.stringify({ 'x-recon-actor': DEV_ACTOR }, null, 2),
    shouldPersistHeaders: true,
  });
  return { html, policy: policyFor(html) };
}

/** Scripts by their hash; styles inline, since the editor writes its own while it runs. */
function policyFor(html: string): string {
  const hashes = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script = '']) => {
    const hash = createHash('sha256').update(script).digest('base64');
    return `'sha256-${hash}'`;
  });
  return [
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    'worker-src blob:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
