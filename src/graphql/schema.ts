import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { type Context } from '../context';
import { exceptionResolvers } from '../exception/exception.resolvers';
import { fulfillmentMutationResolvers } from '../fulfillment/fulfillment-mutations.resolvers';
import { fulfillmentResolvers } from '../fulfillment/fulfillment.resolvers';
import { journalResolvers } from '../journal/journal.resolvers';
import { orderMutationResolvers } from '../order/order-mutations.resolvers';
import { orderRecordResolvers } from '../order/order-records.resolvers';
import { orderResolvers } from '../order/order.resolvers';
import { paymentMutationResolvers } from '../payment/payment-mutations.resolvers';
import { paymentResolvers } from '../payment/payment.resolvers';
import { reportResolvers } from '../report/report.resolvers';
import { webhookResolvers } from '../webhook/webhook.resolvers';
import { baseResolvers } from './base.resolvers';
import { answerEntitiesBySlot } from './entities';
import { guardFields } from './guard-fields';
import { scalars } from './scalars';
import { withAuthDirectives } from './sdl-auth';

/** The same relative path from the source and from the build, which copies it. */
const SCHEMA = join(__dirname, '../../schema');

/** The SDL of schema/, one document per file. */
export function typeDefs(): DocumentNode[] {
  const files = readdirSync(SCHEMA).filter((name) => name.endsWith('.graphql'));
  return files.sort().map((name) => parse(readFileSync(join(SCHEMA, name), 'utf8')));
}

const maps = [
  baseResolvers,
  orderResolvers,
  orderRecordResolvers,
  orderMutationResolvers,
  paymentResolvers,
  paymentMutationResolvers,
  fulfillmentResolvers,
  fulfillmentMutationResolvers,
  exceptionResolvers,
  webhookResolvers,
  journalResolvers,
  reportResolvers,
];

/** Every resolver by type and field. A test finds those that resolve nothing. */
export function resolvers(): GraphQLResolverMap<Context> {
  const merged: Record<string, object> = { ...scalars };
  for (const map of maps) {
    for (const [type, fields] of Object.entries(map)) {
      merged[type] = { ...merged[type], ...(fields as object) };
    }
  }
  return merged as GraphQLResolverMap<Context>;
}

/** The executable schema. `sdlAuth` adds auth directives to `_service.sdl`, which some routers enforce and others refuse. */
export function createSchema({ sdlAuth }: { sdlAuth: boolean }): GraphQLSchema {
  const documents = typeDefs();
  const sources = sdlAuth ? withAuthDirectives(documents) : documents;
  const [first = { typeDefs: parse('type Query') }, ...rest] = sources.map((document) => ({
    typeDefs: document,
  }));
  const schema = buildSubgraphSchema([{ ...first, resolvers: resolvers() }, ...rest]);
  return guardFields(answerEntitiesBySlot(schema));
}
