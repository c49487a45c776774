// Two subgraphs of other teams, as small as they can be. What they say is derived from the keys
// they are asked with, so that a test knows the answer.
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

/** Refers to orders by the code the shop knows; shares the value types at their common minimum. */
const storefront = {
  name: 'storefront',
  typeDefs: parse(`
    extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])

    scalar Decimal
    scalar CurrencyCode

    type Query {
      cartPage(orderCode: String!): CartPage
    }
    type CartPage {
      order: Order
      shippingCost: Money!
    }
    type Order @key(fields: "code", resolvable: false) {
      code: String
    }
    type Money @shareable {
      amount: Decimal!
      currencyCode: CurrencyCode!
    }
  `),
  resolvers: {
    Query: {
      cartPage: (_, { orderCode }) => ({
        order: { code: orderCode },
        shippingCost: { amount: '4.90', currencyCode: 'EUR' },
      }),
    },
  },
};

/** Owns the customer. */
const customers = {
  name: 'customers',
  typeDefs: parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

    type Query {
      customer(id: ID!): Customer
    }
    type Customer @key(fields: "id") {
      id: ID!
      displayName: String!
      email: String!
    }
  `),
  resolvers: {
    Query: { customer: (_, { id }) => customerOf(id) },
    Customer: { __resolveReference: ({ id }) => customerOf(id) },
  },
};

function customerOf(id) {
  return { id, displayName: `Customer ${id}`, email: `${id}@example.test` };
}

/** Both peers, each on a free loopback port. */
export function startPeers() {
  return Promise.all([storefront, customers].map(startPeer));
}

async function startPeer({ name, typeDefs, resolvers }) {
  const server = new ApolloServer({
    schema: buildSubgraphSchema({ typeDefs, resolvers }),
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
  return { name, url, typeDefs, close: () => server.stop() };
}
