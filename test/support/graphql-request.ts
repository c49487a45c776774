/** What a GraphQL server answered, as it came. */
export interface GraphQLAnswer {
  status: number;
  data: any;
  errors?: any[];
  extensions?: any;
}

/** One operation over HTTP. Headers are lower case; `x-recon-actor` names the caller. */
export async function graphqlRequest(
  url: string,
  query: string,
  options: { variables?: Record<string, unknown>; headers?: Record<string, string> } = {},
): Promise<GraphQLAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...options.headers },
    body: JSON.stringify({ query, variables: options.variables ?? {} }),
  });
  const body = (await response.json()) as Omit<GraphQLAnswer, 'status'>;
  return { status: response.status, ...body };
}
