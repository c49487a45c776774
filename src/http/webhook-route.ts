import { type FastifyInstance } from 'fastify';
import { webhookRequests } from '../metrics';
import { within } from './deadline';
import { refuseOtherMethods } from './methods';

export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** The bytes as they came: a signature is over these and nothing else. */
  readonly rawBody: Buffer;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly body: object;
}

export type Webhook = (provider: string, request: WebhookRequest) => Promise<WebhookAnswer>;

const PATH = '/webhooks/:provider(^[a-z0-9][a-z0-9_-]{0,39}$)';

/** `POST /webhooks/:provider`: any content-type, raw; what the callback says is answered. */
export function webhookRoute(
  app: FastifyInstance,
  options: { readonly webhook: Webhook; readonly requestTimeoutMs: number },
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  refuseOtherMethods(app, PATH);
  app.route<{ Params: { provider: string }; Querystring: Record<string, unknown> }>({
    method: 'POST',
    url: PATH,
    handler: async ({ params, headers, query, body }, reply) => {
      const rawBody = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      const answer = await within(options.requestTimeoutMs, () =>
        options.webhook(params.provider, { headers, query, rawBody }),
      );
      return reply.code(answer.status).send(answer.body);
    },
    onResponse: (_request, reply, done) => {
      webhookRequests.inc({ status: String(reply.statusCode) });
      done();
    },
  });
}
